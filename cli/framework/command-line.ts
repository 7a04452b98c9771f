/** From words to an exit status: finds the command, runs it, writes its result or its error. */
import { CommanderError } from 'commander';
import { MarketsError } from '../../core/errors/markets-error.ts';
import type { Command, CommandResult } from './command.ts';
import { envelope } from './envelope.ts';
import { readEnvironment, type Environment } from './environment.ts';
import { exitCodeOf, renderError, reportedError, type ExitCode } from './errors.ts';
import { commandInput } from './input.ts';
import { NO_PROGRESS, type Progress } from './progress.ts';
import { buildProgram, type CommandEntry } from './program.ts';
import { readSettings, type Settings } from './settings.ts';
import { systemNow } from './system-now.ts';

/** Where the command line writes; resolves when the bytes were handed over. */
export interface Output {
  stdout(text: string): Promise<void>;
  stderr(text: string): Promise<void>;
}

/** Runs one command line and gives its exit status; never throws and never ends the process. */
export async function runCommandLine(
  argv: readonly string[],
  table: readonly CommandEntry[],
  output: Output,
  signal: AbortSignal,
): Promise<ExitCode> {
  const json = argv.includes('--json');
  const called: { name: string } = { name: argv.find((word) => !word.startsWith('-')) ?? '' };
  let exitCode: ExitCode = 0;
  let help = '';
  try {
    const environment = readEnvironment();
    const program = await buildProgram(argv, table, async (name, command, values) => {
      called.name = name;
      const settings = readSettings(program.opts(), environment);
      const result = await execute(command, values, settings, environment, signal);
      exitCode = await writeResult(name, result, settings, output);
    });
    for (const command of [program, ...program.commands, ...program.commands.flatMap((group) => group.commands)]) {
      command.exitOverride().configureOutput({ writeOut: (text) => (help += text), writeErr: () => undefined });
    }
    if (argv.length === 0) help = program.helpInformation();
    else await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError && error.exitCode === 0)) {
      return await writeError(called.name, asMarketsError(error), json, output);
    }
  }
  if (help !== '') await output.stdout(help.endsWith('\n') ? help : `${help}\n`);
  return exitCode;
}

async function execute(
  command: Command,
  values: Readonly<Record<string, unknown>>,
  settings: Settings,
  environment: Environment,
  signal: AbortSignal,
): Promise<CommandResult> {
  const colour = environment.stdoutIsTerminal && !environment.noColour;
  const bars = environment.stderrIsTerminal && !settings.json;
  // The package of the bar is loaded only where a bar can be seen.
  const { progressBar } = bars ? await import('./progress-bar.ts') : { progressBar: (): Progress => NO_PROGRESS };
  return await command.run({
    input: commandInput(values),
    settings,
    environment,
    signal,
    colour,
    progress: (label) => progressBar(label, colour),
    now: systemNow,
  });
}

async function writeResult(name: string, result: CommandResult, settings: Settings, output: Output): Promise<ExitCode> {
  const document = envelope(name, result.exitCode, settings.attentionOk, result.data, result.errors ?? []);
  if (settings.json) {
    await output.stdout(`${JSON.stringify(document, null, 2)}\n`);
    return document.exit_code;
  }
  const text = result.render();
  if (typeof text === 'string') await output.stdout(text === '' || text.endsWith('\n') ? text : `${text}\n`);
  else for await (const part of text) await output.stdout(part);
  return document.exit_code;
}

async function writeError(name: string, error: unknown, json: boolean, output: Output): Promise<ExitCode> {
  const exitCode = exitCodeOf(error);
  const reported = reportedError(error);
  if (json) await output.stdout(`${JSON.stringify(envelope(name, exitCode, false, null, [reported]), null, 2)}\n`);
  else {
    const stack = exitCode === 70 && error instanceof Error && error.stack !== undefined ? `\n${error.stack}` : '';
    await output.stderr(`${renderError(reported)}${stack}\n`);
  }
  return exitCode;
}

/** What commander refuses is wrong usage. */
function asMarketsError(error: unknown): unknown {
  if (!(error instanceof CommanderError)) return error;
  const message = error.message.replace(/^error: /, '').replaceAll('\n', ' ');
  return new MarketsError('CLI_USAGE', message, { next: 'See `markets --help` or `markets <command> --help`.' });
}

/** The command line as commander sees it: the global options, the list of commands, and the one command that is called. */
import { Argument, Command as Program, Option } from 'commander';
import { MarketsError } from '../../core/errors/markets-error.ts';
import type { Command, CommandGroup, OptionDefinition } from './command.ts';
import { GLOBAL_OPTIONS } from './settings.ts';

/** One line of the table of commands. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  load(): Promise<{ readonly command: Command | CommandGroup }>;
}

/** Called by commander with what it read; `name` is the full name, e.g. `quarantine list`. */
export type Invoke = (name: string, command: Command, values: Readonly<Record<string, unknown>>) => Promise<void>;

/** The command that `argv` names, or undefined when it names none of the table. */
export function calledEntry(argv: readonly string[], table: readonly CommandEntry[]): CommandEntry | undefined {
  const scan = newProgram();
  const { operands } = scan.parseOptions([...argv]);
  const name = operands[0] === 'help' ? operands[1] : operands[0];
  return table.find((entry) => entry.name === name);
}

export async function buildProgram(argv: readonly string[], table: readonly CommandEntry[], invoke: Invoke): Promise<Program> {
  const program = newProgram();
  const called = calledEntry(argv, table);
  for (const entry of table) {
    const stub = program.command(entry.name).description(entry.summary);
    if (entry !== called) continue;
    const { command } = await entry.load();
    if ('commands' in command) addGroup(stub, command, invoke);
    else define(stub, command, command.name, invoke);
  }
  return program;
}

function newProgram(): Program {
  const program = new Program('markets')
    .description('Ingestion of markets data: every file checked, every row traceable to its byte.')
    .usage('<command> [options]')
    .configureHelp({ showGlobalOptions: true })
    .showSuggestionAfterError(true)
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  for (const option of GLOBAL_OPTIONS) program.addOption(optionOf(option));
  return program;
}

function addGroup(target: Program, group: CommandGroup, invoke: Invoke): void {
  for (const command of group.commands) {
    define(target.command(command.name).description(command.summary), command, `${group.name} ${command.name}`, invoke);
  }
  target.allowExcessArguments().action(() => {
    throw new MarketsError('CLI_USAGE', `'${group.name}' needs to know what to do.`, {
      expected: group.commands.map((command) => command.name).join(', '),
      found: target.args[0] ?? 'nothing',
      next: `See \`markets ${group.name} --help\`.`,
    });
  });
}

function define(target: Program, command: Command, name: string, invoke: Invoke): void {
  target.description(command.description ?? command.summary);
  for (const argument of command.arguments) {
    const inner = argument.variadic === true ? `${argument.name}...` : argument.name;
    target.addArgument(new Argument(argument.required ? `<${inner}>` : `[${inner}]`, argument.description));
  }
  for (const option of command.options) target.addOption(optionOf(option));
  target.addHelpText('after', helpExamples(command));
  target.action(async (...actual: unknown[]) => {
    const values: Record<string, unknown> = {};
    command.arguments.forEach((argument, index) => (values[argument.name] = actual[index]));
    for (const option of target.options) values[option.name()] = target.getOptionValue(option.attributeName());
    await invoke(name, command, values);
  });
}

function helpExamples(command: Command): string {
  const lines = command.examples.map((example) => `  $ ${example.line}\n      ${example.says}`);
  return `\nExamples:\n${lines.join('\n')}\n`;
}

function optionOf(definition: OptionDefinition): Option {
  const option = new Option(definition.flags, definition.description);
  if (definition.choices !== undefined) option.choices([...definition.choices]);
  if (definition.required === true) option.makeOptionMandatory();
  if (definition.repeatable === true) {
    option.argParser<readonly string[]>((value, before) => [...before, value]).default([]);
  }
  if (definition.default !== undefined) option.default(definition.default);
  return option;
}

/**
 * What a command of the command line is. One file a command under cli/commands exports a `command` of one of these
 * shapes, and cli/commands/index.ts has one line for it; nothing else is edited to add a command.
 *
 *     export const command: Command = {
 *       name: 'validate',
 *       summary: 'Judge one file by the rules of a source spec',
 *       arguments: [{ name: 'file', description: 'the file to judge', required: true }],
 *       options: [{ flags: '--spec <name>', description: 'spec name or path', required: true }],
 *       examples: [{ line: 'markets validate trades.csv --spec venue_executions', says: 'judge a file, write nothing' }],
 *       run: async (context) => {
 *         const file = context.input.text('file');
 *         ...
 *         return { exitCode: report.quarantined > 0 ? 1 : 0, data: report, render: () => renderReport(report) };
 *       },
 *     };
 *
 * A command imports what it needs at the top of its own file: the file is loaded only when the command is called, so
 * `markets --help` stays fast. It writes nothing to stdout itself, reads no process.env and never calls process.exit:
 * it returns a result or throws a MarketsError, and the framework writes both.
 */
import type { CommandInput } from './input.ts';
import type { Progress } from './progress.ts';
import type { Settings } from './settings.ts';
import type { Environment } from './environment.ts';

export interface ArgumentDefinition {
  /** Also the name by which `context.input` gives it. */
  readonly name: string;
  readonly description: string;
  readonly required: boolean;
  /** Takes all the words that are left; read with `input.list`. Only the last argument may. */
  readonly variadic?: boolean;
}

export interface OptionDefinition {
  /** As commander writes them: `--spec <name>` takes a value, `--check` is a flag. The long name without dashes is its name in `context.input`. */
  readonly flags: string;
  readonly description: string;
  readonly required?: boolean;
  /** May be given more than once; read with `input.list`. */
  readonly repeatable?: boolean;
  readonly choices?: readonly string[];
  readonly default?: string;
}

export interface Example {
  readonly line: string;
  readonly says: string;
}

export interface Command {
  readonly name: string;
  /** One line, for the list of commands. */
  readonly summary: string;
  /** More than the summary, for `--help` of the command; what it reads, writes and what its exit statuses mean. */
  readonly description?: string;
  readonly arguments: readonly ArgumentDefinition[];
  readonly options: readonly OptionDefinition[];
  /** At least one; a test holds every command to it. */
  readonly examples: readonly Example[];
  run(context: CommandContext): Promise<CommandResult>;
}

/** A word with commands below it, such as `quarantine list`. */
export interface CommandGroup {
  readonly name: string;
  readonly summary: string;
  readonly commands: readonly Command[];
}

export interface CommandContext {
  readonly input: CommandInput;
  readonly settings: Settings;
  readonly environment: Environment;
  /** Aborted at the first SIGINT or SIGTERM; a second one ends the process at once. */
  readonly signal: AbortSignal;
  /** Progress on stderr: shown on a terminal only, after the first second, and never with --json. */
  readonly progress: (label: string) => Progress;
  /** Wall clock as ISO 8601 UTC with 6 digits; for commands whose --now was not given. */
  readonly now: () => string;
  /** Whether text for a reader may have colours. */
  readonly colour: boolean;
}

export interface CommandResult {
  /** 0 good; 1 done, and something needs attention; 2 the work itself failed; 64 what was given to check is wrong. */
  readonly exitCode: 0 | 1 | 2 | 64;
  /** What --json prints as `data`: plain JSON, snake_case names, no bigint. */
  readonly data: unknown;
  /** Problems that belong to the result and did not end it, e.g. one entry for each spec that is wrong. */
  readonly errors?: readonly unknown[];
  /** Text for a reader; called only without --json. */
  render(): string | AsyncIterable<string>;
}

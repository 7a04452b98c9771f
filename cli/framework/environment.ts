/** The only place of this program that reads process.env. */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Environment {
  /** The project's folder: where source_specs, dbt_project and config lie. */
  readonly home: string;
  /** Where the command was called; relative paths on the command line count from here. */
  readonly workingFolder: string;
  readonly root: string | undefined;
  readonly config: string | undefined;
  readonly noColour: boolean;
  readonly stdoutIsTerminal: boolean;
  readonly stderrIsTerminal: boolean;
  /** Any variable by name, for secrets that a configuration file refers to. Never printed. */
  variable(name: string): string | undefined;
}

export function readEnvironment(): Environment {
  return {
    home: dirname(dirname(dirname(fileURLToPath(import.meta.url)))),
    workingFolder: process.cwd(),
    root: nonEmpty(process.env['MARKETS_ROOT']),
    config: nonEmpty(process.env['MARKETS_CONFIG']),
    noColour: nonEmpty(process.env['NO_COLOR']) !== undefined || process.env['TERM'] === 'dumb',
    stdoutIsTerminal: process.stdout.isTTY,
    stderrIsTerminal: process.stderr.isTTY,
    variable: (name) => process.env[name],
  };
}

function nonEmpty(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}

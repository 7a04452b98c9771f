/** The global options, the same for every command, with their defaults filled in. */
import { resolve } from 'node:path';
import { MarketsError } from '../../core/errors/markets-error.ts';
import type { Environment } from './environment.ts';
import type { OptionDefinition } from './command.ts';

export const LOG_LEVELS = ['error', 'warn', 'info', 'debug'] as const;
export const ENVIRONMENTS = ['local', 'int', 'prod'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];
export type EnvironmentName = (typeof ENVIRONMENTS)[number];

export interface Settings {
  /** Absolute folder, or a URL such as gs://bucket-prefix as it was given. */
  readonly root: string;
  /** Absolute folder of the source specs. */
  readonly specs: string;
  /** Absolute folder of the configuration files. */
  readonly config: string;
  /** Which <env>.yaml of it is read. */
  readonly env: EnvironmentName;
  readonly logLevel: LogLevel;
  readonly json: boolean;
  readonly attentionOk: boolean;
}

export const GLOBAL_OPTIONS: readonly OptionDefinition[] = [
  {
    flags: '--root <folder>',
    description: "where the data lies: a folder, or gs://NAME for buckets (default: $MARKETS_ROOT, else data/ in the project's folder)",
  },
  { flags: '--specs <folder>', description: "the source specs (default: source_specs/ in the project's folder)" },
  { flags: '--env <name>', description: 'configuration <name>.yaml', choices: ENVIRONMENTS, default: 'local' },
  { flags: '--config <folder>', description: "where configurations lie (default: $MARKETS_CONFIG, else config/ in the project's folder)" },
  { flags: '--log-level <level>', description: 'how much is logged on stderr', choices: LOG_LEVELS, default: 'warn' },
  { flags: '--json', description: 'print one JSON document on stdout and nothing else' },
  { flags: '--attention-ok', description: 'exit status 0 where it would be 1 (done, and something needs attention)' },
];

/** `given` are the global options as they stand on the command line. */
export function readSettings(given: Readonly<Record<string, unknown>>, environment: Environment): Settings {
  const root = text(given['root']) ?? environment.root;
  const specs = text(given['specs']);
  const config = text(given['config']) ?? environment.config;
  return {
    root: root === undefined ? resolve(environment.home, 'data') : rootOf(root, environment),
    specs: specs === undefined ? resolve(environment.home, 'source_specs') : resolve(environment.workingFolder, specs),
    config: config === undefined ? resolve(environment.home, 'config') : resolve(environment.workingFolder, config),
    env: oneOf(ENVIRONMENTS, given['env'] ?? 'local', '--env'),
    logLevel: oneOf(LOG_LEVELS, given['logLevel'] ?? 'warn', '--log-level'),
    json: given['json'] === true,
    attentionOk: given['attentionOk'] === true,
  };
}

function rootOf(root: string, environment: Environment): string {
  return /^[a-z][a-z0-9+.-]*:\/\//.test(root) ? root : resolve(environment.workingFolder, root);
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function oneOf<T extends string>(choices: readonly T[], value: unknown, option: string): T {
  const found = choices.find((choice) => choice === value);
  if (found !== undefined) return found;
  throw new MarketsError('CLI_USAGE', `${option} has a value that is not known.`, {
    expected: choices.join(', '),
    found: String(value),
  });
}

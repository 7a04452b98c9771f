/** What `markets simulate regulator` was asked for, read from the words of the command line. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { MarketsError } from '../../core/errors/markets-error.ts';
import {
  evenFaults,
  FAULT_MEANING,
  REGULATOR_FAULTS,
  type RegulatorFault,
  type RegulatorFaultShares,
} from '../../reporter/simulator/fault-choice.ts';
import type { RegulatorOptions } from '../../reporter/simulator/start-regulator.ts';
import type { CommandContext, OptionDefinition } from '../framework/command.ts';
import { readDuration } from '../streaming/simulate-options.ts';

const PORT_BY_DEFAULT = 9480;
const PORT_MAX = 65_535;
const SEED_MAX = 2 ** 48;
const TOKEN_SECONDS = 300;

export const REGULATOR_OPTIONS: readonly OptionDefinition[] = [
  { flags: '--port <n>', description: `where to listen; 0 for a free one, which is logged (default: ${String(PORT_BY_DEFAULT)})` },
  { flags: '--host <name>', description: 'the address to listen at', default: '127.0.0.1' },
  { flags: '--seed <n>', description: 'the same seed: the same fault for the same try of the same report (default: 1)' },
  {
    flags: '--faults <shares>',
    description: `such as 20% (of all kinds together) or reset_after=5%,delay=0.1; kinds: ${REGULATOR_FAULTS.join(', ')}`,
  },
  { flags: '--late <time>', description: 'after how long pending reports are decided and late replies can be read (default: 2s)' },
  { flags: '--delay <time>', description: 'how late a delayed answer is (default: 200ms)' },
  { flags: '--retry-after <seconds>', description: 'what 429 and 503 ask for (default: 1)' },
  {
    flags: '--duplicates <form>',
    description: 'told by 409 with the hash of what is held, or by a rejection with CON-023 that has none',
    choices: ['conflict', 'reply'],
    default: 'conflict',
  },
  { flags: '--within <time>', description: 'reports in JSON that come later after their trade are marked late in the books' },
  { flags: '--unknown-instrument <isin>', description: 'rejected with CON-412', repeatable: true },
  { flags: '--pending-instrument <isin>', description: 'pending with CON-411, accepted later', repeatable: true },
  { flags: '--journal <file>', description: 'keep the books in this file over a restart' },
  { flags: '--tls-key <file>', description: 'mutual TLS: the key (PEM); with --tls-certificate and --client-authority' },
  { flags: '--tls-certificate <file>', description: 'the certificate of the server (PEM)' },
  { flags: '--client-authority <file>', description: 'the authority of the certificates that clients have to show (PEM)' },
  { flags: '--client <id:secret>', description: 'demand OAuth tokens, which POST /token gives to this made-up client' },
];

export async function readRegulatorOptions(context: CommandContext): Promise<RegulatorOptions> {
  const { input } = context;
  const within = readDuration(input, 'within');
  return {
    host: input.text('host'),
    port: bounded(input.integer('port') ?? PORT_BY_DEFAULT, 'port', PORT_MAX),
    seed: bounded(input.integer('seed') ?? 1, 'seed', SEED_MAX),
    faults: readFaults(input.optional('faults')),
    lateMs: readDuration(input, 'late') ?? 2000,
    delayMs: readDuration(input, 'delay') ?? 200,
    retryAfterSeconds: input.integer('retry-after') ?? 1,
    duplicatesAs: input.text('duplicates') === 'reply' ? 'reply' : 'conflict',
    reportWithinMs: within,
    instruments: { unknown: new Set(input.list('unknown-instrument')), pending: new Set(input.list('pending-instrument')) },
    journal: pathOf(context, 'journal'),
    tls: await readTls(context),
    oauth: readClient(input.optional('client')),
  };
}

/** `20%`: every kind of fault alike, together so much. `kind=share,...`: these. */
export function readFaults(text: string | undefined): RegulatorFaultShares {
  if (text === undefined) return {};
  if (!text.includes('=')) return evenFaults(shareOf(text));
  const shares = Object.fromEntries(
    text.split(',').map((part) => {
      const [kind = '', share = ''] = part.split('=');
      return isFault(kind) ? [kind, shareOf(share)] : refuse('faults', `one of ${REGULATOR_FAULTS.join(', ')}`, kind);
    }),
  );
  const total = Object.values(shares).reduce((sum, share) => sum + share, 0);
  return total <= 1 ? shares : refuse('faults', 'shares that are together at most 1', String(total));
}

export function describeFaults(): string {
  return REGULATOR_FAULTS.map((fault) => `${fault} (${FAULT_MEANING[fault]})`).join('; ');
}

function isFault(word: string): word is RegulatorFault {
  return REGULATOR_FAULTS.some((fault) => fault === word);
}

function shareOf(text: string): number {
  const [, number = '', percent] = /^(\d{1,3}(?:\.\d{1,9})?)(%)?$/.exec(text) ?? [];
  const share = Number(number) / (percent === undefined ? 1 : 100);
  return number !== '' && share <= 1 ? share : refuse('faults', 'a share from 0 to 1, or from 0% to 100%', text);
}

async function readTls(context: CommandContext): Promise<NonNullable<RegulatorOptions['tls']> | null> {
  const paths = ['tls-key', 'tls-certificate', 'client-authority'].map((name) => pathOf(context, name));
  const [key, cert, ca] = paths;
  if (paths.every((path) => path === null)) return null;
  if (typeof key !== 'string' || typeof cert !== 'string' || typeof ca !== 'string')
    return refuse('tls-key', '--tls-key, --tls-certificate and --client-authority together', 'some of them');
  return { key: await readPem(key), cert: await readPem(cert), ca: await readPem(ca) };
}

async function readPem(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new MarketsError('CLI_USAGE', 'A file of certificates cannot be read.', { cause: error, place: { file: path } });
  }
}

function readClient(text: string | undefined): NonNullable<RegulatorOptions['oauth']> | null {
  if (text === undefined) return null;
  const [, clientId, clientSecret] = /^([^:]{1,100}):(.{1,1000})$/.exec(text) ?? [];
  if (clientId === undefined || clientSecret === undefined)
    return refuse('client', 'an id and a secret with a colon between them', 'another text');
  return { clientId, clientSecret, lifeSeconds: TOKEN_SECONDS };
}

function pathOf({ input, environment }: CommandContext, name: string): string | null {
  const path = input.optional(name);
  return path === undefined ? null : resolve(environment.workingFolder, path);
}

function bounded(value: number, name: string, max: number): number {
  return value <= max ? value : refuse(name, `at most ${String(max)}`, String(value));
}

function refuse(name: string, expected: string, found: string): never {
  throw new MarketsError('CLI_USAGE', `'${name}' is wrong.`, { expected, found });
}

/** What `markets simulate` was asked for, read from the words of the command line. */
import { MarketsError } from '../../core/errors/markets-error.ts';
import { FAULTS, INSTRUMENTS_BY_DEFAULT, INSTRUMENTS_MAX, type Fault, type FaultShares } from '../../streaming/simulate/index.ts';
import type { OptionDefinition } from '../framework/command.ts';
import type { CommandInput } from '../framework/input.ts';

export interface SimulateRequest {
  readonly seed: number | null;
  readonly instruments: number;
  /** Microseconds since the epoch; null for the machine's own clock. */
  readonly startMicros: number | null;
  readonly eventsPerSecond: number | null;
  readonly perSecond: number | null;
  readonly count: number | null;
  readonly durationMs: number | null;
  readonly sessionMark: string;
  readonly partitions: number | null;
  readonly eventTimestamps: boolean;
  readonly faults: Partial<FaultShares>;
}

const PER_SECOND_MAX = 10_000_000;
const PARTITIONS_MAX = 1000;
/** A seed is an exact integer. */
const SEED_MAX = 2 ** 48;

const FAULT_HELP: Readonly<Record<Fault, string>> = {
  corrupt: 'damaged in one of eight ways, so that the record check refuses them',
  duplicate: 'sent again, the same bytes, within 8 s',
  late: 'held back for 1 to 60 s of event time',
  future: 'with an event time 10 s to an hour ahead',
  negative: 'with a price below zero',
  crossed: 'quotes with bid and ask exchanged',
  fat_finger: 'with ten times the price',
  drop: 'preceded by a jump of the sequence: messages that are never sent',
};

export const SIMULATE_OPTIONS: readonly OptionDefinition[] = [
  { flags: '--to <topic>', description: 'send to this topic of the log (default: exchange.<kind>)' },
  { flags: '--partitions <n>', description: 'of a topic that is not there yet (default: streaming.topic_partitions of the configuration)' },
  { flags: '--event-timestamps', description: "a message's time in the log is its event time, not the log's clock" },
  { flags: '--out <file>', description: 'write a file instead, one message a line' },
  { flags: '--count <n>', description: 'end after so many messages' },
  { flags: '--duration <time>', description: 'end after this time: 500ms, 10s, 5m, 1h' },
  { flags: '--rate <n>', description: 'messages a second (default: as fast as possible)' },
  {
    flags: '--seed <n>',
    description: 'the same seed, start and options give the same bytes (default: 1 with --start, else another each time)',
  },
  { flags: '--start <moment>', description: 'event time of the beginning: a made-up clock instead of the real one' },
  { flags: '--event-rate <n>', description: 'with --start: steps of the market in a second of event time (default: --rate, else 1000)' },
  { flags: '--instruments <n>', description: `how many instruments (default: ${String(INSTRUMENTS_BY_DEFAULT)})` },
  { flags: '--session-mark <text>', description: 'put behind the day in the name of a session, to tell two runs of a day apart' },
  { flags: '--truth <file>', description: 'write every fault that was made, one JSON object a line' },
  ...FAULTS.map((fault) => ({
    flags: `--${fault.replace('_', '-')} <share>`,
    description: `share of messages, such as 0.05 or 5%: ${FAULT_HELP[fault]}`,
  })),
];

export function readSimulateRequest(input: CommandInput): SimulateRequest {
  const start = input.instant('start');
  const perSecond = bounded(input, 'rate', PER_SECOND_MAX);
  const eventsPerSecond = bounded(input, 'event-rate', PER_SECOND_MAX);
  if (eventsPerSecond !== null && start === undefined)
    refuse('event-rate', '--start beside it', 'no --start: event times are those of the real clock');
  return {
    seed: bounded(input, 'seed', SEED_MAX, 0),
    instruments: bounded(input, 'instruments', INSTRUMENTS_MAX) ?? INSTRUMENTS_BY_DEFAULT,
    startMicros: start === undefined ? null : microsOf(start),
    eventsPerSecond,
    perSecond,
    count: bounded(input, 'count', Number.MAX_SAFE_INTEGER),
    durationMs: readDuration(input, 'duration'),
    sessionMark: readMark(input),
    partitions: bounded(input, 'partitions', PARTITIONS_MAX),
    eventTimestamps: input.flag('event-timestamps'),
    faults: readFaults(input),
  };
}

function bounded(input: CommandInput, name: string, max: number, min = 1): number | null {
  const value = input.integer(name, min) ?? null;
  if (value !== null && value > max) refuse(name, `at most ${String(max)}`, String(value));
  return value;
}

/** Of a UTC text with 6 digits: whole microseconds. */
function microsOf(instant: string): number {
  return Date.parse(`${instant.slice(0, 19)}Z`) * 1000 + Number(instant.slice(20, 26));
}

const DURATION = /^(\d{1,9})(ms|s|m|h)$/;
const MILLISECONDS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

export function readDuration(input: CommandInput, name: string): number | null {
  const text = input.optional(name);
  if (text === undefined) return null;
  const [, amount = '', unit = ''] = DURATION.exec(text) ?? [];
  const milliseconds = Number(amount) * (MILLISECONDS[unit] ?? 0);
  return milliseconds > 0 ? milliseconds : refuse(name, 'a time such as 500ms, 10s, 5m or 1h', text);
}

const MARK = /^[A-Za-z0-9]{1,32}$/;

function readMark(input: CommandInput): string {
  const text = input.optional('session-mark');
  if (text === undefined) return '';
  return MARK.test(text) ? text : refuse('session-mark', '1 to 32 letters and digits', text);
}

function readFaults(input: CommandInput): Partial<FaultShares> {
  const shares = FAULTS.flatMap((fault) => {
    const text = input.optional(fault.replace('_', '-'));
    return text === undefined ? [] : [[fault, shareOf(fault, text)] as const];
  });
  const total = shares.reduce((sum, [, share]) => sum + share, 0);
  if (total > 1) refuse('corrupt', 'shares of faults that are together at most 1', String(total));
  return Object.fromEntries(shares);
}

function shareOf(name: string, text: string): number {
  const [, number = '', percent] = /^(\d{1,3}(?:\.\d{1,9})?)(%)?$/.exec(text) ?? [];
  const share = Number(number) / (percent === undefined ? 1 : 100);
  return number !== '' && share <= 1 ? share : refuse(name, 'a share from 0 to 1, or from 0% to 100%', text);
}

function refuse(name: string, expected: string, found: string): never {
  throw new MarketsError('CLI_USAGE', `'${name}' is wrong.`, { expected, found });
}

/**
 * Lane 2 for ten seconds: an exchange sends trades, the bridge checks and publishes them, the sink writes them, candles form; then one cycle of the lane
 * takes all of it into the warehouse. The bank's own trades, which lane 3 has reported, come the same way and are reconciled with its ledger. By the real
 * clock, in a root of its own below that of the week, whose clock is another.
 */
import { join } from 'node:path';
import type { MessageLog } from '../../../core/ports/message-log.ts';
import type { Logger } from '../../../core/telemetry/logger.ts';
import type { SourceSpec } from '../../../core/spec/source-spec.ts';
import type { OwedJudge } from '../../../orchestrator/index.ts';
import type { StreamSpec } from '../../../streaming/bridge/source-bridge.ts';
import type { Candle } from '../../../streaming/candles/candle.ts';
import { amount, startText } from '../../../streaming/candles/candle-output.ts';
import type { Environment } from '../../framework/environment.ts';
import { systemNow } from '../../framework/system-now.ts';
import { readRows, type TextRow } from '../../sandbox/rows.ts';
import { openSandboxLane, type SandboxLane } from '../../sandbox/sandbox-lane.ts';
import { feed } from './feed.ts';
import { startPrograms, type StreamPrograms } from './programs.ts';

const SOURCE = 'exchange_trades';
const REPORTED = 'trade_events';
export const STREAM_SECONDS = 10;
const LATENESS_MS = 500;

export interface StreamsOutcome {
  readonly root: string;
  readonly source: string;
  /** Written to the log. */
  readonly sent: number;
  readonly per_second: number;
  readonly published: number;
  readonly dead_letters: number;
  readonly windows_closed: number;
  readonly windows_corrected: number;
  /** The newest candle of one second of each instrument, as it was told live. */
  readonly newest: readonly TextRow[];
  /** Of the warehouse, after one cycle. */
  readonly trades_in_warehouse: number;
  readonly gaps: readonly TextRow[];
  readonly refused: readonly TextRow[];
  readonly drift: TextRow | null;
  /** By regime: how many reports of the bank's own trades are ON_TIME, LATE, ... */
  readonly reconciliation: readonly TextRow[];
  readonly cycle_status: string;
}

export interface StreamsOptions {
  /** The root of the week. */
  readonly rootFolder: string;
  readonly specsFolder: string;
  readonly environment: Environment;
  /** Messages of the bank's own trades, which were reported. */
  readonly ownTrades: readonly Buffer[];
  readonly openOwedJudge: () => Promise<OwedJudge>;
  readonly signal: AbortSignal;
  readonly logger: Logger;
  /** What is to be said while it runs. */
  readonly progress: (done: number, total: number, text: string) => void;
}

export function streamsRoot(weekFolder: string): string {
  return join(weekFolder, 'streams');
}

export async function runStreams(options: StreamsOptions): Promise<StreamsOutcome> {
  const rootFolder = streamsRoot(options.rootFolder);
  const lane = await openSandboxLane({
    ...options,
    rootFolder,
    choose: (specs) => specs.filter(({ name }) => name === SOURCE || name === REPORTED).map(inAHurry),
  });
  try {
    const [spec, own] = [SOURCE, REPORTED].map((source) => lane.specs.find(({ name }) => name === source)) as [StreamSpec, StreamSpec];
    const programs = await startPrograms({ ...options, rootFolder, store: lane.store, specs: [spec, own] });
    const { built, ...sent } = await feedAll(programs, [spec, own], lane, options);
    await built;
    const cycle = await lane.cycle(systemNow());
    return { root: rootFolder, source: SOURCE, ...sent, ...(await collect(lane)), cycle_status: cycle.status };
  } finally {
    await lane.close();
  }
}

/** Ten seconds are too short for a spec that waits as long for late trades. */
function inAHurry(spec: SourceSpec): SourceSpec {
  return spec.stream === null ? spec : { ...spec, stream: { ...spec.stream, allowed_lateness_ms: LATENESS_MS } };
}

type LiveOutcome = Pick<
  StreamsOutcome,
  'sent' | 'per_second' | 'published' | 'dead_letters' | 'windows_closed' | 'windows_corrected' | 'newest'
>;

async function feedAll(
  programs: StreamPrograms,
  [spec, own]: readonly [StreamSpec, StreamSpec],
  lane: SandboxLane,
  { signal, progress, ownTrades }: StreamsOptions,
): Promise<LiveOutcome & { readonly built: Promise<unknown> }> {
  const { bridge, candles } = programs;
  try {
    await send(programs.log, own.stream.kafka_topic, ownTrades);
    await programs.written(ownTrades.length);
    // The first build of the warehouse, of the bank's own trades, while those of the exchange flow: what each owes is judged then.
    const built = lane.cycle(systemNow());
    built.catch(() => undefined);
    const { messages, seconds } = await feed(programs.log, spec.stream.kafka_topic, STREAM_SECONDS, signal, (count) => {
      progress(count, STREAM_SECONDS * 2000, `${bridge.published} published, ${candles.closed} candles closed`);
    });
    await programs.settled(messages + ownTrades.length, messages);
    return {
      built,
      sent: messages,
      per_second: Math.round(messages / seconds),
      published: bridge.published,
      dead_letters: bridge.deadLetters,
      windows_closed: candles.closed,
      windows_corrected: candles.corrected,
      newest: [...candles.newest.values()].map(candleRow).toSorted((a, b) => ((a['instrument'] ?? '') < (b['instrument'] ?? '') ? -1 : 1)),
    };
  } finally {
    await programs.close();
  }
}

async function send(log: MessageLog, topic: string, values: readonly Buffer[]): Promise<void> {
  const producer = await log.producer({ clientId: 'demo-bank' });
  await producer.send(values.map((value) => ({ topic, value })));
  await producer.close();
}

function candleRow(candle: Candle): TextRow {
  const { open, high, low, close, volume, vwap } = candle;
  const [o, h, l, c, v, w] = [open, high, low, close, volume, vwap].map(amount);
  return {
    instrument: candle.instrument_id,
    from: startText(candle).slice(11, 19),
    open: o ?? null,
    high: h ?? null,
    low: l ?? null,
    close: c ?? null,
    volume: v ?? null,
    vwap: w ?? null,
    trades: String(candle.trade_count),
  };
}

const TRADES = `select count(*) as trades from staging.stg_${SOURCE}`;
const GAPS = `
  select kind, sequence_key, first_missing, last_missing, missing, severity
  from control.streaming_sequence_gaps where closed_at is null order by all`;
const REFUSED = 'select code, sum(messages) as messages from control.streaming_dead_letters group by code order by code';
const DRIFT = `
  select
    (select count(*) from curation.live_candles where is_final and not is_gap) as candles,
    count(*) as different, coalesce(max(drift_percent), 0) as largest_drift_percent
  from control.candle_drift`;

const RECONCILIATION = `
  select regime, status, count(*) as reports from control.regulatory_reconciliation group by regime, status order by regime, status`;

async function collect(
  lane: SandboxLane,
): Promise<Pick<StreamsOutcome, 'trades_in_warehouse' | 'gaps' | 'refused' | 'drift' | 'reconciliation'>> {
  const reader = await lane.openWarehouse();
  try {
    const [trades] = await readRows(reader, TRADES);
    const [drift] = await readRows(reader, DRIFT);
    return {
      trades_in_warehouse: Number(trades?.['trades']),
      gaps: await readRows(reader, GAPS),
      refused: await readRows(reader, REFUSED),
      drift: drift ?? null,
      reconciliation: await readRows(reader, RECONCILIATION),
    };
  } finally {
    reader.close();
  }
}

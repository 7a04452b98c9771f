/**
 * What live candles wrote of one partition: output, state and position in one object, created if absent. It is the commit point: what no
 * manifest names was never told. The chain of a partition has no holes and no forks, so of two processes that read one partition only one goes on.
 */
import { Type, type Static } from '@sinclair/typebox';
import { Ajv } from 'ajv';
import { isMarketsError, MarketsError } from '../errors/markets-error.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { OutputColumn } from '../engine/output/file-output.ts';
import { candleManifestName } from './object-names.ts';

const CLOSED = { additionalProperties: false } as const;
const COUNT = Type.Integer({ minimum: 0 });
const MOMENT = Type.String({ pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[.][0-9]{6}Z$' });
const OFFSET = Type.String({ pattern: '^[0-9]+$' });
const SHA256 = Type.String({ pattern: '^[0-9a-f]{64}$' });

export const CANDLE_MANIFEST_SCHEMA = Type.Object(
  {
    /** 1, 2, 3 ... of the partition, whoever writes. */
    seq: Type.Integer({ minimum: 1 }),
    writer: Type.String(),
    at: MOMENT,
    source: Type.String(),
    spec_version: Type.String(),
    kafka_topic: Type.String(),
    partition: COUNT,
    /** Offset of the next message: all before it are in the state. */
    position: OFFSET,
    /** Event time before which windows are closed; null before the first trade. */
    watermark: Type.Union([MOMENT, Type.Null()]),
    state: Type.Object({ object: Type.String(), sha256: SHA256 }, CLOSED),
    /** At most one. Rows are upserts: of a window the highest revision counts. */
    parts: Type.Array(Type.Object({ object: Type.String(), kind: Type.Literal('candles'), rows: COUNT, sha256: SHA256 }, CLOSED)),
    /** Since the partition was first read. */
    counts: Type.Object(
      { trades: COUNT, duplicates: COUNT, too_late: COUNT, dropped: COUNT, beyond: COUNT, refused: COUNT, other: COUNT },
      CLOSED,
    ),
  },
  CLOSED,
);

export type CandleManifest = Static<typeof CANDLE_MANIFEST_SCHEMA>;

const AMOUNT = { kind: 'DECIMAL', precision: 38, scale: 18 } as const;
function column(name: string, type: OutputColumn['type']): OutputColumn {
  return { name, type, repeated: false };
}

/** Columns of the parts, in order. */
export const CANDLE_COLUMNS: readonly OutputColumn[] = [
  column('source_name', { kind: 'STRING' }),
  column('instrument_id', { kind: 'STRING' }),
  column('window_size', { kind: 'STRING' }),
  column('window_start', { kind: 'TIMESTAMP' }),
  ...['open', 'high', 'low', 'close', 'volume', 'notional', 'vwap'].map((name) => column(name, AMOUNT)),
  column('trade_count', { kind: 'INT64' }),
  column('is_gap', { kind: 'BOOL' }),
  column('revision', { kind: 'INT64' }),
  column('is_final', { kind: 'BOOL' }),
  column('_kafka_partition', { kind: 'INT64' }),
];

const check = new Ajv({ strict: false }).compile<CandleManifest>(CANDLE_MANIFEST_SCHEMA);

/**
 * Key: source, partition and seq. 'taken' where another process wrote that seq: the partition is not the caller's any more. A write whose answer was
 * lost is recognised by its text, so it is repeated with the same manifest or not at all.
 */
export async function commitCandles(store: ObjectStore, manifest: CandleManifest): Promise<'committed' | 'taken'> {
  const name = candleManifestName(manifest.source, manifest.partition, manifest.seq);
  const bytes = Buffer.from(`${JSON.stringify(manifest)}\n`);
  try {
    await store.write(name, bytes, { ifAbsent: true });
    return 'committed';
  } catch (error) {
    if (!isMarketsError(error, 'STORE_EXISTS')) throw error;
    return bytes.equals(await store.read(name)) ? 'committed' : 'taken';
  }
}

/** STREAM_STATE where the object is no manifest. */
export async function readCandleManifest(store: ObjectStore, name: string): Promise<CandleManifest> {
  const manifest = parsed((await store.read(name)).toString('utf8'));
  if (check(manifest)) return manifest;
  throw new MarketsError('STREAM_STATE', 'An object is no manifest of candles.', {
    expected: 'the JSON of a candle manifest',
    found: `${name}: ${check.errors?.[0]?.instancePath ?? ''} ${check.errors?.[0]?.message ?? ''}`,
    next: 'Restore the object from the copy of the bucket; nothing may change what lies under control/.',
  });
}

/** The newest manifest of a partition; null where there is none. Manifests are never deleted, so seq 1 is there where any is. */
export async function newestCandleManifest(store: ObjectStore, source: string, partition: number): Promise<CandleManifest | null> {
  const seq = await newestSeq(async (candidate) => (await store.stat(candleManifestName(source, partition, candidate))) !== undefined);
  return seq === 0 ? null : await readCandleManifest(store, candleManifestName(source, partition, seq));
}

/** The largest number that is there, of a chain 1, 2, 3 ... without holes: about two questions for each of its binary digits. 0 for none. */
export async function newestSeq(isThere: (seq: number) => Promise<boolean>): Promise<number> {
  let absent = 1;
  while (await isThere(absent)) absent *= 2;
  let there = Math.floor(absent / 2);
  while (absent - there > 1) {
    const middle = Math.floor((absent + there) / 2);
    if (await isThere(middle)) there = middle;
    else absent = middle;
  }
  return there;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

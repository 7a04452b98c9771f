/**
 * What live candles wrote of one partition: output, state and position in one object, created if absent. It is the commit point: what no
 * manifest names was never told. The chain of a partition has no holes and no forks, so of two processes that read one partition only one goes on.
 */
import { Type, type Static } from '@sinclair/typebox';
import type { ObjectStore } from '../ports/object-store.ts';
import type { OutputColumn } from '../engine/output/file-output.ts';
import { lastOfChain } from './chain-end.ts';
import { CLOSED, COUNT, MOMENT, OFFSET, SEQ, SHA256 } from './object-forms.ts';
import { candleManifestName } from './object-names.ts';
import { storedJson } from './stored-json.ts';

export const CANDLE_MANIFEST_SCHEMA = Type.Object(
  {
    /** 1, 2, 3 ... of the partition, whoever writes. */
    seq: SEQ,
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

const manifests = storedJson({ schema: CANDLE_MANIFEST_SCHEMA, what: 'no manifest of candles', expected: 'the JSON of a candle manifest' });

/**
 * Key: source, partition and seq. 'taken' where another process wrote that seq: the partition is not the caller's any more. A write whose answer was
 * lost is recognised by its text, so it is repeated with the same manifest or not at all.
 */
export async function commitCandles(store: ObjectStore, manifest: CandleManifest): Promise<'committed' | 'taken'> {
  return await manifests.commit(store, candleManifestName(manifest.source, manifest.partition, manifest.seq), manifest);
}

/** STREAM_STATE where the object is no manifest. */
export async function readCandleManifest(store: ObjectStore, name: string): Promise<CandleManifest> {
  return await manifests.read(store, name);
}

/** The newest manifest of a partition; null where there is none. Manifests are never deleted, so seq 1 is there where any is. */
export async function newestCandleManifest(store: ObjectStore, source: string, partition: number): Promise<CandleManifest | null> {
  const seq = await lastOfChain(0, async (each) => (await store.stat(candleManifestName(source, partition, each))) !== undefined);
  return seq === 0 ? null : await readCandleManifest(store, candleManifestName(source, partition, seq));
}

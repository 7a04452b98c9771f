/** Live candles of partition 0 of a stream, committed by a test. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ParquetWriter } from '../../../core/engine/parquet/parquet-writer.ts';
import type { ObjectStore } from '../../../core/ports/object-store.ts';
import type { SourceSpec } from '../../../core/spec/source-spec.ts';
import { sha256Of } from '../../../core/stream/sha256-of.ts';
import { CANDLE_COLUMNS, commitCandles } from '../../../core/stream/candle-manifest.ts';
import { candlePartName } from '../../../core/stream/object-names.ts';

export interface LiveCandle {
  /** As expectedCandles gives it. */
  readonly line: readonly string[];
  readonly revision: number;
}

export async function commitLiveCandles(
  store: ObjectStore,
  { name, spec_version, stream }: SourceSpec,
  candles: readonly LiveCandle[],
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'live-candles-'));
  const path = join(folder, 'part.parquet');
  const writer = new ParquetWriter(path, CANDLE_COLUMNS);
  for (const { line, revision } of candles) {
    const [size = '', start = '', ...values] = line;
    const amounts = values.slice(0, -1).map((text) => BigInt(text.replace('.', '')));
    writer.append([name, 'AAA', size, BigInt(start), ...amounts, BigInt(values.at(-1) ?? ''), false, BigInt(revision), true, 0n]);
  }
  writer.finish();
  const bytes = await readFile(path);
  await rm(folder, { recursive: true });
  const [at, writerName] = ['2023-01-30T18:30:00.000000Z', '20230130T180000-0123abcd'];
  const object = candlePartName(name, '2023-01-30', 0, 1, writerName);
  await store.write(object, bytes, { ifAbsent: true });
  await commitCandles(store, {
    ...{ seq: 1, writer: writerName, at, source: name, spec_version, kafka_topic: stream?.kafka_topic ?? '', partition: 0, position: '90' },
    ...{ watermark: at, state: { object: 'control/none', sha256: '0'.repeat(64) } },
    parts: [{ object, kind: 'candles', rows: candles.length, sha256: sha256Of(bytes) }],
    counts: { trades: 90, duplicates: 0, too_late: 0, dropped: 0, beyond: 0, refused: 0, other: 0 },
  });
}

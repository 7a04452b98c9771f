import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createMessageChecker } from '../../core/engine/message-checker.ts';
import type { QualityFinding } from '../../core/quality/quality-finding.ts';
import { loadSpecs } from '../../core/spec/load-specs.ts';
import type { SourceSpec } from '../../core/spec/source-spec.ts';
import { createRecordJson } from '../../core/stream/record-json.ts';
import { printDecimal } from '../../core/types/decimal.ts';
import { printTimestamp } from '../../core/types/print-value.ts';
import { CommittedStream, type StreamMessage } from '../../orchestrator/test-support/committed-stream.ts';
import { createDbtWorker } from '../../orchestrator/transform/dbt-process.ts';
import { StreamWarehouse } from '../../orchestrator/transform/test-support/stream-warehouse.ts';
import { PartitionQuality } from '../../streaming/quality/partition-quality.ts';
import { qualityColumns } from '../../streaming/quality/quality-columns.ts';
import { createSimulation, type StreamKind } from '../../streaming/simulate/index.ts';
import { commitLiveFindings } from '../support/live-findings.ts';

const SPECS = fileURLToPath(new URL('../../source_specs', import.meta.url));
const START_MS = Date.parse('2023-01-30T23:50:00Z');
const PARTITIONS = 2;
const FAULTS = { corrupt: 0.02, duplicate: 0.04, late: 0.04, future: 0.02, negative: 0.02, crossed: 0.02, fat_finger: 0.02, drop: 0.01 };
const worker = createDbtWorker({ timeoutMs: 180_000 });
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'quality-'));
});
afterAll(async () => {
  await worker.close();
  await rm(folder, { recursive: true, force: true });
});

/** Windows that a short test fills; of quotes by mean and standard deviation. */
async function watchedSpec(stream: StreamKind): Promise<SourceSpec> {
  const spec = (await loadSpecs(SPECS)).specs.find(({ name }) => name === `exchange_${stream}`);
  const { quality } = spec!;
  const outliers =
    stream === 'quotes'
      ? { window: 7, sigma: '2.5', is_robust: false }
      : { window: stream === 'orders' ? 11 : 8, sigma: '5.25', is_robust: true };
  return { ...spec!, quality: { ...quality, outliers: { ...quality.outliers!, ...outliers } } };
}

interface Batch {
  readonly at: string;
  readonly messages: readonly StreamMessage[];
}

/** What a log of two partitions would hold, in batches of one time of arrival each, and what the live checks find in it. */
function simulated(
  spec: SourceSpec,
  stream: StreamKind,
): { readonly batches: readonly Batch[]; readonly live: readonly (readonly QualityFinding[])[] } {
  const clock = { startMicros: START_MS * 1000, eventsPerSecond: 0.75 };
  const simulation = createSimulation({ stream, seed: 5, instruments: 4, count: 1600, clock, faults: FAULTS });
  const checker = createMessageChecker(spec, { now: '2023-01-31T00:00:00.000000Z' });
  const recordJson = createRecordJson(spec);
  const partitions = Array.from({ length: PARTITIONS }, () => new PartitionQuality(qualityColumns(spec)));
  const offsets = new Array<number>(PARTITIONS).fill(0);
  const batches: Batch[] = [];
  const live = Array.from({ length: PARTITIONS }, (): QualityFinding[] => []);
  let messages: StreamMessage[] = [];
  let arrivedMs = START_MS;
  for (let message = simulation.next(); message !== undefined; message = simulation.next()) {
    // Messages of half a minute arrive together, a second later than the last of them.
    if (Math.floor(message.sentMicros / 30_000_000) * 30_000 !== arrivedMs && messages.length > 0) {
      batches.push({ at: printTimestamp(BigInt(arrivedMs) * 1000n), messages });
      messages = [];
    }
    arrivedMs = Math.floor(message.sentMicros / 30_000_000) * 30_000;
    const partition = message.key.charCodeAt(0) % PARTITIONS;
    const offset = offsets[partition]!;
    offsets[partition] = offset + 1;
    const checked = checker.check(message.value);
    if (checked.verdict !== 'accepted') continue;
    partitions[partition]!.observe({ values: checked.values, offset: BigInt(offset), arrivedMs }, (finding) =>
      live[partition]!.push(finding),
    );
    messages.push({ partition, offset, record: JSON.parse(recordJson(checked)) as Record<string, string> });
  }
  batches.push({ at: printTimestamp(BigInt(arrivedMs) * 1000n), messages });
  return { batches, live };
}

function lineOf(partition: number, finding: QualityFinding): string {
  const { check, column, offset, eventMicros, instrument, measure, threshold, severity, arrivedMs } = finding;
  const amount = (value: bigint | null): string => (value === null ? '-' : printDecimal(value, 18));
  return [
    check,
    column,
    partition,
    offset,
    eventMicros ?? '-',
    instrument ?? '-',
    amount(measure),
    amount(threshold),
    severity,
    arrivedMs,
  ].join(' ');
}

const FOUND = `select check_name, column_name, kafka_partition, kafka_offset, cast(epoch_us(event_time) as varchar), coalesce(instrument_id, '-'),
  coalesce(regexp_replace(cast(measure as varchar), '\\.?0+$', ''), '-'), regexp_replace(cast(threshold as varchar), '\\.?0+$', ''), severity,
  cast(epoch_ms(arrived_at) as varchar) from control.streaming_quality where origin = `;

test.each(['trades', 'quotes', 'orders'] as const)(
  '%s: the checks find the same live and in batch, to the last digit',
  { timeout: 300_000 },
  async (stream) => {
    const spec = await watchedSpec(stream);
    const { batches, live } = simulated(spec, stream);
    const warehouse = new StreamWarehouse(join(folder, stream), [spec], worker);
    const committed = new CommittedStream(warehouse.store, spec);
    const cycle = async (now: string): Promise<void> => {
      const { errors, transform } = await warehouse.cycle(now);
      expect([errors, warehouse.problems, transform]).toEqual([[], [], 'ok']);
    };
    // Two cycles, the second with a batch that came out of order.
    const middle = Math.floor(batches.length / 2);
    const [before, after] = [
      [...batches.slice(0, middle - 1), ...batches.slice(middle, middle + 1)],
      [batches[middle - 1]!, ...batches.slice(middle + 1)],
    ];
    for (const { at, messages } of before) await committed.batch(at, messages);
    // What the bridge read says which partitions there are.
    await committed.read(
      '2023-01-31T05:00:00.000000Z',
      live.map((_, partition) => ({ partition, ranges: [[0, 0] as const] })),
    );
    await cycle('2023-01-31T06:00:00.000000Z');
    for (const { at, messages } of after) await committed.batch(at, messages);
    for (const [partition, findings] of live.entries()) await commitLiveFindings(warehouse.store, spec, { partition, seq: 1, findings });
    await cycle('2023-01-31T07:00:00.000000Z');
    const lines = live.flatMap((findings, partition) => findings.map((finding) => lineOf(partition, finding))).toSorted();
    for (const origin of ['batch', 'live']) {
      const rows = (await warehouse.rows(`${FOUND}'${origin}'`)).map((row) => row.join(' '));
      expect(rows.toSorted()).toEqual(lines);
    }
    expect(live.every((findings) => findings.length > 0)).toBe(true);
    const checks = new Set(lines.map((line) => line.split(' ')[0]));
    const expected = ['duplicate', 'future', 'gap', 'outlier', 'positive', ...(stream === 'quotes' ? ['crossed'] : [])];
    expect([...checks].sort()).toEqual(expected.sort());
  },
);

import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { compareWarehouses } from '../../core/adapters/duckdb/compare-warehouses.ts';
import { CommittedStream, type StreamMessage } from '../test-support/committed-stream.ts';
import { tickSpec } from '../test-support/stream-spec.ts';
import { createDbtWorker } from './dbt-process.ts';
import { warehousePath } from './snapshot.ts';
import { StreamWarehouse } from './test-support/stream-warehouse.ts';

const worker = createDbtWorker({ timeoutMs: 900_000 });
const TICKS = { ...tickSpec(), spec_version: createHash('sha256').update('ticks').digest('hex') };
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stream-gaps-'));
});
afterAll(async () => {
  await worker.close();
  await rm(folder, { recursive: true, force: true });
});

/** Minute and second of the hour. */
const at = (time: string): string => `2023-01-30T17:${time}.000000Z`;

function numbered(
  offset: number,
  sequence: number,
  more: { session?: string; partition?: number; instrument?: string } = {},
): StreamMessage {
  const { session = 'S1', partition = 0, instrument = 'AAA' } = more;
  const record = {
    ...{
      trade_id: `${session}-${String(partition)}-${instrument}-${String(sequence)}`,
      instrument,
      price: '1',
      quantity: '1',
      side: 'BUY',
    },
    ...{ trade_time: at('00:00'), sequence: String(sequence), session },
  };
  return { partition, offset, record };
}

const GAPS = `select kind, kafka_partition, sequence_key, first_missing, last_missing, missing, severity, strftime(timezone('UTC', opened_at), '%H:%M'),
  strftime(timezone('UTC', closed_at), '%H:%M') from control.streaming_sequence_gaps order by kind, kafka_partition, sequence_key, first_missing`;
const S1 = '{"instrument":"AAA","session":"S1"}';

it(
  'finds what the broker never got and what was lost behind the bridge, closes what comes late, and reports nothing else',
  { timeout: 900_000 },
  async () => {
    const warehouse = new StreamWarehouse(join(folder, 'gaps'), [TICKS], worker);
    const stream = new CommittedStream(warehouse.store, TICKS);
    // Offsets 2 and 6 are transaction markers, 8 was compacted away: the bridge never read them. Two partitions and a new session begin with any number.
    await stream.read(at('00:30'), [
      {
        ranges: [
          [0, 1],
          [3, 5],
          [7, 7],
          [9, 12],
        ],
      },
      { partition: 1, ranges: [[0, 1]] },
    ]);
    await stream.batch(at('00:40'), [
      numbered(0, 7),
      numbered(1, 8),
      // The broker never got 9 to 19.
      numbered(3, 20),
      // Out of order within a batch is no gap.
      numbered(4, 22),
      numbered(5, 21),
      numbered(7, 1, { session: 'S2' }),
      numbered(9, 1, { instrument: 'BBB' }),
      { offset: 10, record: 'torn', codes: 'JSON_SYNTAX' },
      // 11 and 12 are lost between bridge and warehouse.
      numbered(0, 500, { partition: 1 }),
      numbered(1, 501, { partition: 1 }),
    ]);
    const first = await warehouse.cycle(at('01:00'));
    expect(first.alerts_opened.map(({ kind, severity }) => `${kind} ${severity}`)).toContain('stream_gap P3');
    expect(warehouse.problems).toEqual([]);
    // 11 and 12 may still be under way.
    expect(await warehouse.rows(GAPS)).toEqual([['sequence', 0, S1, 9, 19, 11, 'MEDIUM', '17:01', null]]);
    await warehouse.cycle(at('03:00'));
    // Nothing new came, so nothing was built: the next reading moves the clock.
    await stream.read(at('04:00'), [{ ranges: [[13, 13]] }]);
    await stream.batch(at('04:10'), [numbered(13, 12), numbered(14, 13), numbered(15, 13)]);
    const found = await warehouse.cycle(at('05:00'));
    expect(found.alerts_opened).toMatchObject([{ kind: 'stream_loss', severity: 'P1', source: 'ticks' }]);
    expect(warehouse.problems).toEqual([]);
    expect(await warehouse.rows(GAPS)).toEqual([
      ['loss', 0, null, 11, 12, 2, 'LOW', '17:03', null],
      ['sequence', 0, S1, 9, 19, 9, 'MEDIUM', '17:01', null],
    ]);
    // A rebalance: another bridge reads again what the first had not committed. The lost ones come after all, and the missing numbers but one.
    await stream.read(at('06:00'), [{ ranges: [[12, 20]] }], '20230130T170500-00000002');
    await stream.batch(at('06:10'), [
      numbered(11, 23),
      numbered(12, 24),
      ...[9, 10, 11, 14, 15].map((sequence, index) => numbered(16 + index, sequence)),
    ]);
    await warehouse.cycle(at('07:00'));
    await stream.batch(
      at('07:10'),
      [16, 17, 18, 19].map((sequence, index) => numbered(30 + index, sequence)),
    );
    const healed = await warehouse.cycle(at('08:00'));
    expect(healed.alerts_closed.length).toBeGreaterThan(0);
    expect(warehouse.problems).toEqual([]);
    expect(await warehouse.rows(GAPS)).toEqual([
      ['loss', 0, null, 11, 12, 0, 'LOW', '17:03', '17:07'],
      ['sequence', 0, S1, 9, 19, 0, 'MEDIUM', '17:01', '17:08'],
    ]);
    expect(await warehouse.rows('select reason, code, messages from control.streaming_dead_letters')).toEqual([
      ['refused', 'JSON_SYNTAX', 1],
    ]);
    const anew = await warehouse.anew(join(folder, 'gaps-anew'));
    expect(anew.problems).toEqual([]);
    expect(await compareWarehouses(warehousePath(warehouse.folder), warehousePath(anew.folder))).toEqual([]);
  },
);

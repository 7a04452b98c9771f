import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SourceSpec } from '../../core/spec/source-spec.ts';
import { CommittedStream, type StreamMessage } from '../test-support/committed-stream.ts';
import { tickSpec } from '../test-support/stream-spec.ts';
import { compareWarehouses } from '../../core/adapters/duckdb/compare-warehouses.ts';
import { createDbtWorker } from './dbt-process.ts';
import { warehousePath } from './snapshot.ts';
import { commitLiveCandles } from './test-support/live-candles.ts';
import { expectedCandles, type TestTrade } from './test-support/expected-candles.ts';
import { StreamWarehouse } from './test-support/stream-warehouse.ts';

const worker = createDbtWorker({ timeoutMs: 900_000 });
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'streams-'));
});
afterAll(async () => {
  await worker.close();
  await rm(folder, { recursive: true, force: true });
});

const named = (spec: SourceSpec): SourceSpec => ({ ...spec, spec_version: createHash('sha256').update(spec.name).digest('hex') });
const TICKS = named(tickSpec());
const FILED = named(tickSpec('filed'));
const reconciledWith = (name: string): Pick<SourceSpec, 'stream'> => ({ stream: tickSpec('ticks', { reconcile_with: name }).stream });

function tick(offset: number, second: string, more: Readonly<Record<string, string>> = {}, partition = 0): StreamMessage {
  const record = {
    trade_id: `T${String(offset)}`,
    instrument: 'AAA',
    price: '100.25',
    quantity: '2',
    side: 'BUY',
    trade_time: `2023-01-30T17:00:${second}Z`,
    sequence: String(offset + 1),
    session: 'S1',
    ...more,
  };
  return { partition, offset, record };
}

describe('streams in the warehouse', () => {
  it('go from committed batches through staging into the union of their entity', { timeout: 900_000 }, async () => {
    const warehouse = new StreamWarehouse(join(folder, 'one'), [{ ...TICKS, ...reconciledWith('filed') }, FILED], worker);
    // A file of the same events; where it came from makes no difference to the comparison.
    await new CommittedStream(warehouse.store, FILED).batch('2023-01-30T17:30:00.000000Z', [
      tick(0, '00.000001'),
      tick(1, '00.500000'),
      tick(9, '59.000000'),
    ]);
    const stream = new CommittedStream(warehouse.store, TICKS);
    await stream.read('2023-01-30T17:00:05.000000Z', [{ ranges: [[0, 3]] }]);
    await stream.batch('2023-01-30T17:00:05.000000Z', [
      tick(0, '00.000001'),
      tick(1, '00.500000', { price: '123456789.123456789' }),
      { offset: 2, record: 'torn', codes: 'JSON_SYNTAX' },
      tick(3, '02.000000'),
    ]);
    const result = await warehouse.cycle('2023-01-30T18:00:00.000000Z');
    expect(result.errors).toEqual([]);
    expect(warehouse.problems).toEqual([]);
    expect(result.transform).toBe('ok');
    const columns = '_file, _record, cast(price as varchar), cast(price_time as varchar), src_quantity::varchar, _sequence, _sequence_key';
    expect(await warehouse.rows(`select ${columns} from staging.stg_ticks order by _record`)).toEqual([
      [
        'venue.ticks/0',
        0,
        '100.250000000000000000',
        '2023-01-30 17:00:00.000001+00',
        '2.000000000',
        1,
        '{"instrument":"AAA","session":"S1"}',
      ],
      [
        'venue.ticks/0',
        1,
        '123456789.123456789000000000',
        '2023-01-30 17:00:00.5+00',
        '2.000000000',
        2,
        '{"instrument":"AAA","session":"S1"}',
      ],
      ['venue.ticks/0', 3, '100.250000000000000000', '2023-01-30 17:00:02+00', '2.000000000', 4, '{"instrument":"AAA","session":"S1"}'],
    ]);
    expect(await warehouse.rows(`select count(*) from curation.int_prices where source_name = 'ticks'`)).toEqual([[3]]);
    const compared = 'select status, message_key, different_columns, row_count from control.stream_reconciliation order by status';
    expect(await warehouse.rows(compared)).toEqual([
      ['different', 'T1', 'price', 1],
      ['matched', null, null, 1],
      ['missing_in_batch', 'T3', null, 1],
      ['missing_in_stream', 'T9', null, 1],
    ]);
    expect(await warehouse.rows('select decode(data) from raw.ticks_stream_dead_letters')).toEqual([['torn']]);
    await stream.batch('2023-01-30T17:01:00.000000Z', [tick(4, '03.000000')]);
    expect((await warehouse.cycle('2023-01-30T19:00:00.000000Z')).transform).toBe('ok');
    expect(await warehouse.rows("select _record from curation.int_prices where source_name = 'ticks' order by 1")).toEqual([
      [0],
      [1],
      [3],
      [4],
    ]);
  });

  it(
    'make exact candles of their trades, in whatever order they come, and a full refresh changes nothing',
    { timeout: 900_000 },
    async () => {
      const warehouse = new StreamWarehouse(join(folder, 'candles'), [TICKS], worker);
      const stream = new CommittedStream(warehouse.store, TICKS);
      const random = createRandom(7);
      const below = (limit: number): number => Math.floor(random() * limit);
      const trades = Array.from({ length: 90 }, (_, offset): TestTrade => {
        const second = BigInt(below(90));
        return {
          offset,
          // Some trades come twice, and later arrivals say something else.
          key: `K${String(below(70))}`,
          price: BigInt(below(2_000_000_000)) * (offset % 10 === 0 ? 400_000_007n : 1n) - (offset === 30 ? 4_000_000_000n : 0n),
          quantity: BigInt(1 + below(3_000_000)),
          // On the second itself, at its end, or twice at the same moment.
          micros: 1_675_098_000_000_000n + second * 1_000_000n + ([0n, 999_999n, 500_000n][below(3)] ?? 0n),
        };
      });
      const shuffled = trades.map((trade) => ({ trade, at: random() })).toSorted((left, right) => left.at - right.at);
      const query = `select window_size, cast(epoch_us(window_start) as varchar), cast("open" as varchar), cast(high as varchar), cast(low as varchar),
      cast("close" as varchar), cast(volume as varchar), cast(notional as varchar), cast(vwap as varchar), cast(trade_count as varchar)
      from curation.candles order by all`;
      for (const [cycle, [from, to]] of [
        [0, 30],
        [30, 60],
        [60, 90],
      ].entries()) {
        const messages = shuffled.slice(from, to).map(({ trade }) => tradeMessage(trade));
        await stream.batch(`2023-01-30T17:1${String(cycle)}:00.000000Z`, messages.slice(0, 13));
        await stream.batch(`2023-01-30T17:1${String(cycle)}:30.000000Z`, messages.slice(13));
        await warehouse.cycle(`2023-01-30T18:0${String(cycle)}:00.000000Z`);
        expect(warehouse.problems).toEqual([]);
        const stored = shuffled.slice(0, to).map(({ trade }) => trade);
        const found = await warehouse.rows(query);
        expect(found.map((row) => row.map(String)).toSorted((left, right) => (left.join() < right.join() ? -1 : 1))).toEqual(
          expectedCandles(stored),
        );
      }
      // Live candles of the minutes: as stored; of one a first revision that was wrong; of one a close that is one per cent off.
      const minutes = expectedCandles(trades).filter(([size]) => size === '1m');
      await commitLiveCandles(warehouse.store, TICKS, [
        ...minutes.slice(1).map((line) => ({ line, revision: 2 })),
        ...minutes.slice(1).map((line) => ({ line: [...line.slice(0, 5), '1.000000000000000000', ...line.slice(6)], revision: 1 })),
        ...minutes
          .slice(0, 1)
          .map((line) => ({ line: [...line.slice(0, 5), onePercentMore(line[5] ?? ''), ...line.slice(6)], revision: 1 })),
      ]);
      await warehouse.cycle('2023-01-30T19:00:00.000000Z');
      expect(warehouse.problems).toEqual([]);
      expect(await warehouse.rows('select count(*), max(revision) from curation.live_candles')).toEqual([[minutes.length, 2]]);
      const drift = `select kind, cast(epoch_us(window_start) as varchar), round(drift_percent, 6), is_drifting from control.candle_drift where window_size = '1m'`;
      expect(await warehouse.rows(drift)).toEqual([['different', minutes[0]?.[1], 1, true]]);
      const anew = await warehouse.anew(join(folder, 'candles-anew'));
      expect(await compareWarehouses(warehousePath(warehouse.folder), warehousePath(anew.folder))).toEqual([]);
    },
  );
});

function tradeMessage({ offset, key, price, quantity, micros }: TestTrade): StreamMessage {
  const record = {
    trade_id: key,
    instrument: 'AAA',
    price: amount(price),
    quantity: amount(quantity),
    trade_time: `${new Date(Number(micros / 1000n)).toISOString().slice(0, -1)}${String(micros % 1000n).padStart(3, '0')}Z`,
  };
  return { offset, record };
}

function onePercentMore(text: string): string {
  const units = (BigInt(text.replace('.', '')) * 101n) / 100n;
  const digits = units.toString().padStart(19, '0');
  return `${digits.slice(0, -18)}.${digits.slice(-18)}`;
}

function amount(nanos: bigint): string {
  const digits = (nanos < 0n ? -nanos : nanos).toString().padStart(10, '0');
  return `${nanos < 0n ? '-' : ''}${digits.slice(0, -9)}.${digits.slice(-9)}`;
}

/** mulberry32 */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

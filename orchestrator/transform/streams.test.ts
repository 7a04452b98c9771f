import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SourceSpec } from '../../core/spec/source-spec.ts';
import { CommittedStream, type StreamMessage } from '../test-support/committed-stream.ts';
import { tickSpec } from '../test-support/stream-spec.ts';
import { createDbtWorker } from './dbt-process.ts';
import { StreamWarehouse } from './test-support/stream-warehouse.ts';

const worker = createDbtWorker({ timeoutMs: 180_000 });
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
  it('go from committed batches through staging into the union of their entity', { timeout: 300_000 }, async () => {
    const warehouse = new StreamWarehouse(join(folder, 'one'), [TICKS], worker);
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
    const columns = '_file, _record, cast(price as varchar), cast(price_time as varchar), quantity::varchar, _sequence, _sequence_key';
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
    expect(await warehouse.rows('select count(*) from curation.int_prices')).toEqual([[3]]);
    expect(await warehouse.rows('select decode(data) from raw.ticks_stream_dead_letters')).toEqual([['torn']]);
    await stream.batch('2023-01-30T17:01:00.000000Z', [tick(4, '03.000000')]);
    expect((await warehouse.cycle('2023-01-30T19:00:00.000000Z')).transform).toBe('ok');
    expect(await warehouse.rows('select _record from curation.int_prices order by 1')).toEqual([[0], [1], [3], [4]]);
  });
});

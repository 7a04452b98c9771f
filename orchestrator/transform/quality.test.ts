import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadSpecs } from '../../core/spec/load-specs.ts';
import type { SourceSpec } from '../../core/spec/source-spec.ts';
import { CommittedStream } from '../test-support/committed-stream.ts';
import { createDbtWorker } from './dbt-process.ts';
import { StreamWarehouse } from './test-support/stream-warehouse.ts';

const SPECS = fileURLToPath(new URL('../../source_specs', import.meta.url));
const worker = createDbtWorker({ timeoutMs: 180_000 });
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'quality-'));
});
afterAll(async () => {
  await worker.close();
  await rm(folder, { recursive: true, force: true });
});

async function specNamed(name: string): Promise<SourceSpec> {
  const spec = (await loadSpecs(SPECS)).specs.find((each) => each.name === name);
  if (spec === undefined) throw new Error(`There is no spec ${name}.`);
  return spec;
}

test(
  'a day is looked at anew with every batch that comes, and a day that was looked at without findings says so',
  { timeout: 300_000 },
  async () => {
    const spec = await specNamed('exchange_quotes');
    const warehouse = new StreamWarehouse(join(folder, 'quotes'), [spec], worker);
    const stream = new CommittedStream(warehouse.store, spec);
    const quote = (offset: number, second: string, bid: string, ask: string) => ({
      offset,
      record: {
        ...{ quote_id: `Q${String(offset)}`, instrument: 'AAA', bid, bid_size: '1', ask, ask_size: '2' },
        ...{ quote_time: `2023-01-30T17:00:${second}Z`, sequence: String(offset + 1), session: '20230130' },
      },
    });
    await stream.batch('2023-01-30T17:00:05.000000Z', [quote(1, '00.100000', '10.5', '10.6'), quote(3, '07.000000', '10.7', '10.6')]);
    const cycle = async (now: string): Promise<void> => {
      const result = await warehouse.cycle(now);
      expect([result.errors, warehouse.problems, result.transform]).toEqual([[], [], 'ok']);
    };
    await cycle('2023-01-30T18:00:00.000000Z');
    const found = async (): Promise<readonly (readonly unknown[])[]> =>
      await warehouse.rows(
        'select check_name, column_name, kafka_offset, cast(measure as varchar), severity from control.streaming_quality order by kafka_offset, check_name',
      );
    expect(await found()).toEqual([
      ['crossed', 'bid', 3, '0.100000000000000000', 'HIGH'],
      ['gap', '', 3, '6900.000000000000000000', 'MEDIUM'],
    ]);
    // A message between the two, which the first build had not: the silence is shorter now.
    await stream.batch('2023-01-30T17:00:06.000000Z', [quote(2, '05.000000', '10.5', '10.6'), quote(4, '12.000000', '-1', '10.6')]);
    await cycle('2023-01-30T19:00:00.000000Z');
    expect(await found()).toEqual([
      ['gap', '', 2, '4900.000000000000000000', 'LOW'],
      ['crossed', 'bid', 3, '0.100000000000000000', 'HIGH'],
      ['gap', '', 3, '2000.000000000000000000', 'LOW'],
      ['future', '', 4, '6000.000000000000000000', 'MEDIUM'],
      ['positive', 'bid', 4, null, 'HIGH'],
    ]);
    const looked = 'select unit, rows_looked_at from control.quality_exchange_quotes where check_name is null';
    expect(await warehouse.rows(looked)).toEqual([['2023-01-30', 4]]);
  },
);

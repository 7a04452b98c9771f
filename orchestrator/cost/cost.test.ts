import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { createMemoryObjectStore } from '../../core/adapters/memory-object-store.ts';
import { createEventWriter, type NewEvent } from '../../core/events/event-writer.ts';
import { requireSpecs } from '../../core/spec/load-specs.ts';
import { estimateMonth, type CostEstimate } from './estimate.ts';
import { measuredScans } from './measured.ts';
import { loadPrices } from './prices.ts';

const HOME = fileURLToPath(new URL('../../', import.meta.url));
const list = await loadPrices(`${HOME}config/prices.yaml`);
const specs = await requireSpecs(`${HOME}source_specs`);

function estimate(month: number, scannedPerRun: number | null = null): CostEstimate {
  return estimateMonth({ specs, list, month, rawRetentionDays: 30, scannedPerRun });
}
function usdOf({ lines }: CostEstimate, item: string): number {
  return lines.find((line) => line.item.startsWith(item))?.usd ?? Number.NaN;
}

describe('the estimate of a month', () => {
  test('is the sum of its lines, each its quantity at its price, and every enabled source is in it', () => {
    const { lines, usd, volumes } = estimate(12);
    for (const line of lines) expect(line.usd).toBe(line.quantity * list.prices[line.price].usd);
    expect(usd).toBeCloseTo(
      lines.reduce((sum, line) => sum + line.usd, 0),
      9,
    );
    expect(volumes.map(({ source }) => source)).toEqual(specs.filter(({ enabled }) => enabled).map(({ name }) => name));
    for (const { files, rows } of volumes.filter(({ source }) => source === 'books')) expect([files > 0, rows > 0]).toEqual([true, true]);
  });

  test('grows with what is kept, not beyond its retention, and raw ends at its days', () => {
    expect(usdOf(estimate(24), 'buckets: archive')).toBeGreaterThan(usdOf(estimate(12), 'buckets: archive'));
    expect(usdOf(estimate(200), 'buckets: archive')).toBe(usdOf(estimate(84), 'buckets: archive'));
    expect(usdOf(estimate(84), 'warehouse: storage that')).toBeGreaterThan(usdOf(estimate(3), 'warehouse: storage that'));
    expect(usdOf(estimate(3), 'warehouse: storage that')).toBe(0);
  });

  test('takes what was measured where it was', () => {
    const measured = usdOf(estimate(12, 2 ** 40), 'warehouse: bytes scanned');
    expect(measured).toBeCloseTo((list.assumptions.runs_per_day * 365.25 * list.prices.warehouse_scanned_tib.usd) / 12, 6);
  });
});

test('bytes come from the builds that reported them, of the days that are asked for', async () => {
  const store = createMemoryObjectStore();
  const build = (bytes: number | null): NewEvent<'dbt_finished'> => ({
    type: 'dbt_finished',
    at: '2023-01-30T00:00:00.000000Z',
    data: {
      ...{ status: 'ok', command: 'build', full_refresh: false, tests_passed: 0, tests_failed: 0, duration_ms: 1 },
      models: [
        {
          name: 'a',
          kind: 'model',
          status: 'success',
          duration_ms: 1,
          rows_affected: 1,
          ...(bytes === null ? {} : { bytes_processed: bytes, bytes_billed: bytes * 2 }),
        },
      ],
    },
  });
  const write = async (date: string, runId: string, bytes: number | null): Promise<void> => {
    const writer = createEventWriter({ store, runId, writer: 'main', date, newId: () => 'a'.repeat(32) });
    writer.append(build(bytes));
    await writer.flush();
  };
  expect(await measuredScans(store, '2023-01-01')).toBeNull();
  await write('2023-01-30', '00000001-aaaaaaaa', 100);
  await write('2023-01-31', '00000002-aaaaaaaa', 50);
  await write('2023-01-31', '00000003-aaaaaaaa', null);
  await write('2022-01-31', '00000004-aaaaaaaa', 1000);
  expect(await measuredScans(store, '2023-01-01')).toEqual({
    runs: 2,
    bytes_processed: 150,
    bytes_billed: 300,
    models: [{ name: 'a', bytes_billed: 300 }],
  });
});

test('a price list with a key that is not known is refused', async () => {
  await expect(loadPrices(`${HOME}config/local.yaml`)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  await expect(loadPrices('/nowhere/prices.yaml')).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
});

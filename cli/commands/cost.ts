/** `markets cost`: what a month on Google Cloud costs, estimated from the specs, and from what builds read where they were measured. */
import { join } from 'node:path';
import { requireSpecs } from '../../core/spec/load-specs.ts';
import { estimateMonth, type CostEstimate } from '../../orchestrator/cost/estimate.ts';
import { measuredScans, type MeasuredScans } from '../../orchestrator/cost/measured.ts';
import { loadPrices, type PriceList } from '../../orchestrator/cost/prices.ts';
import { loadLaneConfig } from '../../orchestrator/index.ts';
import type { Command } from '../framework/command.ts';
import { renderTable } from '../framework/table.ts';
import { openStoreToRead } from '../lane/open-store.ts';

const MONTH_DEFAULT = 12;
const DAYS_DEFAULT = 30;
const DAY_MS = 86_400_000;

export const command: Command = {
  name: 'cost',
  summary: 'What a month costs: estimated from the specs, and from what builds read',
  description:
    'Estimates a month on Google Cloud from the volumes that the source specs expect and the prices of prices.yaml in the configuration folder, each ' +
    'with its day and page. With --measured the bytes scanned are those that the builds of the last days reported in their events. Docs: docs/cost.md.',
  arguments: [],
  options: [
    { flags: '--month <number>', description: `the month that is told, counted from the first (default: ${String(MONTH_DEFAULT)})` },
    { flags: '--measured', description: 'take bytes scanned from the events below --root' },
    { flags: '--days <number>', description: `how far back they are read (default: ${String(DAYS_DEFAULT)})` },
  ],
  examples: [
    { line: 'markets cost', says: 'an estimate of the twelfth month' },
    { line: 'markets --env prod --root gs://bank-markets cost --measured', says: 'the same with the bytes that were billed' },
  ],
  run: async ({ input, settings, now }) => {
    const list = await loadPrices(join(settings.config, 'prices.yaml'));
    const { warehouse } = await loadLaneConfig(settings.config, settings.env);
    const since = new Date(Date.parse(now()) - (input.integer('days', 1) ?? DAYS_DEFAULT) * DAY_MS).toISOString().slice(0, 10);
    const measured = input.flag('measured') ? await measuredScans(await openStoreToRead(settings), since) : null;
    const estimate = estimateMonth({
      specs: await requireSpecs(settings.specs),
      list,
      month: input.integer('month', 1) ?? MONTH_DEFAULT,
      rawRetentionDays: warehouse.raw_retention_days,
      scannedPerRun: measured === null ? null : measured.bytes_billed / measured.runs,
    });
    const { currency, region, prices, assumptions } = list;
    return {
      exitCode: 0,
      data: { currency, region, ...estimate, measured, prices, assumptions },
      render: () => render(estimate, list, measured, input.flag('measured')),
    };
  },
};

function render(estimate: CostEstimate, list: PriceList, measured: MeasuredScans | null, wasAsked: boolean): string {
  const volumes = estimate.volumes.map(({ source, files, rows, file_bytes }) => [
    source,
    rounded(files),
    rounded(rows),
    rounded(file_bytes / 2 ** 20),
  ]);
  const lines = estimate.lines.map(({ item, quantity, unit, price, usd }) => [
    item,
    quantity.toPrecision(4),
    unit,
    list.prices[price].as_of ?? 'not read',
    usd.toFixed(2),
  ]);
  return [
    renderTable(['source', 'files a month', 'rows', 'MiB'], volumes),
    '',
    renderTable(['item', 'quantity', 'unit', 'price of', list.currency], lines),
    `${estimate.usd.toFixed(2)} ${list.currency} a month in ${list.region}, list prices`,
    ...(measured === null
      ? wasAsked
        ? ['No build reported bytes: the bytes scanned are estimated.']
        : []
      : [
          '',
          `${String(measured.runs)} builds billed for ${String(measured.bytes_billed)} bytes`,
          renderTable(
            ['model', 'bytes billed'],
            measured.models.map(({ name, bytes_billed }) => [name, bytes_billed]),
          ),
        ]),
  ].join('\n');
}

function rounded(value: number): number {
  return Math.round(value);
}

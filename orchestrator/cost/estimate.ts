/** What a month costs, from volumes and prices: every line says how much of what, and which price it took. */
import type { SourceSpec } from '../../core/spec/source-spec.ts';
import type { PriceList, PriceName } from './prices.ts';
import { volumeOf, type Volume } from './volume.ts';

export interface CostLine {
  readonly item: string;
  readonly quantity: number;
  readonly unit: string;
  readonly price: PriceName;
  readonly usd: number;
}

export interface CostEstimate {
  readonly volumes: readonly Volume[];
  readonly lines: readonly CostLine[];
  readonly usd: number;
}

export interface EstimateOptions {
  readonly specs: readonly SourceSpec[];
  readonly list: PriceList;
  /** The month that is told, counted from the first: what is kept grows until then. */
  readonly month: number;
  readonly rawRetentionDays: number;
  /** Bytes that were billed a run, where runs were measured. */
  readonly scannedPerRun: number | null;
}

const GIB = 2 ** 30;
const TIB = 2 ** 40;
const DAYS = 365.25 / 12;
/** BigQuery's smallest bill for a table that a statement reads. */
const SCAN_BYTES_MIN = 10 * 2 ** 20;
const STAGING_DAYS = 30;
const KEPT_MONTHS = 7 * 12;
/** After so many days without a change storage costs less. */
const LONG_TERM_MONTHS = 3;
/** Tables of the warehouse that hold a row besides raw: staging, record, versions, enriched. */
const COPIES = 3;
/** Staged Parquet against the delivered text, as the demo week has it. */
const PARQUET_SHARE = 0.4;
/** Objects that a file leaves behind: landing, part, manifest, report, archive, events; and those that are read for it. */
const WRITES_PER_FILE = 12;
const READS_PER_FILE = 30;
/** Objects that a run writes and reads without any file. */
const WRITES_PER_RUN = 30;
const READS_PER_RUN = 200;

export function estimateMonth({ specs, list, month, rawRetentionDays, scannedPerRun }: EstimateOptions): CostEstimate {
  const { assumptions, prices } = list;
  const volumes = specs.filter(({ enabled }) => enabled).map((spec) => volumeOf(spec, assumptions));
  const sum = (of: (volume: Volume) => number): number => volumes.reduce((total, volume) => total + of(volume), 0);
  const [files, fileBytes, tableBytes] = [sum((one) => one.files), sum((one) => one.file_bytes), sum((one) => one.table_bytes)];
  const runs = assumptions.runs_per_day * DAYS;
  const kept = Math.min(month, KEPT_MONTHS);
  const line = (item: string, quantity: number, unit: string, price: PriceName): CostLine => ({
    ...{ item, quantity, unit, price },
    usd: quantity * prices[price].usd,
  });
  const staged = (fileBytes * PARQUET_SHARE * Math.min(STAGING_DAYS, month * DAYS)) / DAYS;
  const raw = (tableBytes * Math.min(rawRetentionDays, month * DAYS)) / DAYS;
  const fresh = tableBytes * COPIES * Math.min(kept, LONG_TERM_MONTHS);
  const settled = tableBytes * COPIES * Math.max(0, kept - LONG_TERM_MONTHS);
  const perRun = assumptions.statements_per_run * assumptions.tables_per_statement * SCAN_BYTES_MIN;
  const scanned = scannedPerRun === null ? runs * perRun + tableBytes * assumptions.reads_per_row : runs * scannedPerRun;
  const seconds = runs * assumptions.run_seconds;
  const messages = sum((one) => one.message_bytes);
  const lines = [
    line('buckets: archive and staging', (fileBytes * kept + staged) / GIB, 'GiB', 'storage_gib_month'),
    line('buckets: writes', files * WRITES_PER_FILE + runs * WRITES_PER_RUN, 'operations', 'storage_write_operation'),
    line('buckets: reads', files * READS_PER_FILE + runs * READS_PER_RUN, 'operations', 'storage_read_operation'),
    line('warehouse: storage', (raw + fresh) / GIB, 'GiB', 'warehouse_gib_month'),
    line('warehouse: storage that nobody changed for 90 days', settled / GIB, 'GiB', 'warehouse_long_term_gib_month'),
    line(`warehouse: bytes scanned (${scannedPerRun === null ? 'estimated' : 'measured'})`, scanned / TIB, 'TiB', 'warehouse_scanned_tib'),
    line('warehouse: load jobs', files + runs, 'jobs', 'warehouse_load_job'),
    line('runs: processors', seconds * assumptions.run_vcpus, 'vCPU seconds', 'run_vcpu_second'),
    line('runs: memory', seconds * assumptions.run_gib, 'GiB seconds', 'run_gib_second'),
    line('notifications of files', messages / TIB, 'TiB', 'pubsub_tib'),
  ];
  return { volumes, lines, usd: lines.reduce((total, { usd }) => total + usd, 0) };
}

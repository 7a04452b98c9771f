/** An extract by hand, in a run of its own: under the lease, and on record. Idempotent like writeExtract. */
import type { EventData } from '../../core/events/event.ts';
import type { WarehouseReader } from '../../core/ports/warehouse-reader.ts';
import { printTimestamp } from '../../core/types/print-value.ts';
import { openRun, type RunFrameOptions } from '../run/open-run.ts';
import type { ExtractFormat } from './extract-format.ts';
import { writeExtract } from './write-extract.ts';

export interface ExtractRunOptions extends RunFrameOptions {
  readonly openReader: () => Promise<WarehouseReader>;
  /** As-of date; the newest cycle's by default. */
  readonly date?: string;
  readonly format: ExtractFormat;
}

export interface ExtractRun {
  readonly date: string;
  /** null where the extract stands already as it would be written. */
  readonly written: EventData['extract_written'] | null;
}

/** WAREHOUSE_MISSING without a warehouse, LEASE_HELD while a run is at work. */
export async function extractInRun(options: ExtractRunOptions): Promise<ExtractRun> {
  const reader = await options.openReader();
  try {
    const asOf = await newestAsOf(reader);
    const date = options.date ?? asOf.slice(0, 10);
    return { date, written: await writeInRun(options, reader, date, asOf) };
  } finally {
    reader.close();
  }
}

async function writeInRun(options: ExtractRunOptions, reader: WarehouseReader, date: string, asOf: string): Promise<ExtractRun['written']> {
  const frame = await openRun(options);
  const started = Date.now();
  const end = (status: 'ok' | 'failed', error: string | null): Promise<void> =>
    frame.close({ status, steps: [{ step: 'extract', duration_ms: Date.now() - started, items: 1 }], error });
  try {
    const written = await writeExtract({ reader, store: options.store, date, asOf, format: options.format });
    await frame.lease.assertHeld();
    if (written !== null) await frame.journal.record([{ type: 'extract_written', at: options.clock.now(), data: written }]);
    await end('ok', null);
    return written;
  } catch (error) {
    if (!frame.journal.isBroken()) await end('failed', error instanceof Error ? error.message : String(error));
    throw error;
  } finally {
    await frame.lease.release();
  }
}

/** The as-of time of the cycle that built the warehouse. */
async function newestAsOf(reader: WarehouseReader): Promise<string> {
  const { batches } = await reader.query(`select max(as_of) as as_of from ${reader.dialect.table('control', 'runs')} where is_newest`);
  for await (const [row] of batches) {
    const value = row?.[0];
    if (typeof value === 'bigint') return printTimestamp(value);
  }
  throw new Error('the warehouse knows no run');
}

/** An extract by hand, in a run of its own: under the lease, and on record. Idempotent like writeExtract. */
import { setTimeout as wait } from 'node:timers/promises';
import type { EventData } from '../../core/events/event.ts';
import type { WarehouseReader } from '../../core/ports/warehouse-reader.ts';
import { printTimestamp } from '../../core/types/print-value.ts';
import type { Logger } from '../../core/telemetry/logger.ts';
import { deliverExtract } from '../partner/deliver-extracts.ts';
import type { PartnerDelivery } from '../partner/partner-delivery.ts';
import type { CycleError } from '../run/cycle-result.ts';
import { runOneStep } from '../run/one-step-run.ts';
import type { RunFrame, RunFrameOptions } from '../run/open-run.ts';
import type { ExtractFormat } from './extract-format.ts';
import { standingExtract, writeExtract } from './write-extract.ts';

export interface ExtractRunOptions extends RunFrameOptions {
  readonly openReader: () => Promise<WarehouseReader>;
  /** As-of date; the newest cycle's by default. */
  readonly date?: string;
  readonly format: ExtractFormat;
  /** Gets the extract, whether it is new or stands already. */
  readonly deliverTo?: PartnerDelivery;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

export interface ExtractRun {
  readonly date: string;
  /** null where the extract stands already as it would be written. */
  readonly written: EventData['extract_written'] | null;
  /** null where nobody was to get it. */
  readonly delivery: { readonly object: string; readonly error: CycleError | null } | null;
}

/** WAREHOUSE_MISSING without a warehouse, LEASE_HELD while a run is at work. */
export async function extractInRun(options: ExtractRunOptions): Promise<ExtractRun> {
  const reader = await options.openReader();
  try {
    const asOf = await newestAsOf(reader);
    const date = options.date ?? asOf.slice(0, 10);
    return { date, ...(await writeInRun(options, reader, date, asOf)) };
  } finally {
    reader.close();
  }
}

async function writeInRun(
  options: ExtractRunOptions,
  reader: WarehouseReader,
  date: string,
  asOf: string,
): Promise<Omit<ExtractRun, 'date'>> {
  return await runOneStep(options, 'extract', async (frame) => {
    const written = await writeExtract({ reader, store: options.store, date, asOf, format: options.format });
    await frame.lease.assertHeld();
    if (written !== null) await frame.journal.record([{ type: 'extract_written', at: options.clock.now(), data: written }]);
    const delivery = await deliver(options, frame, written, date);
    return { result: { written, delivery }, items: 1, error: delivery?.error?.code ?? null };
  });
}

/** A person asked for it: it is sent also where it is recorded as delivered, and is not there any more. */
async function deliver(
  options: ExtractRunOptions,
  { state, journal, lease }: RunFrame,
  written: ExtractRun['written'],
  date: string,
): Promise<ExtractRun['delivery']> {
  if (options.deliverTo === undefined) return null;
  const standing = written ?? (await standingExtract(options.store, date, options.format));
  if (!state.deliveries.has(standing.object)) {
    await lease.assertHeld();
    await journal.record([{ type: 'extract_written', at: options.clock.now(), data: standing }]);
  }
  const sleep = async (milliseconds: number): Promise<void> => {
    await wait(milliseconds);
  };
  const assertHeld = async (): Promise<void> => await lease.assertHeld();
  const context = { ...options, state, journal, assertHeld, sleep };
  return { object: standing.object, error: await deliverExtract(context, options.deliverTo, standing) };
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

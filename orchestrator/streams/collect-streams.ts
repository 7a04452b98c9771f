/**
 * The step `streams` of a cycle: what bridges, sinks, candles and quality checks committed since the last one becomes part of the record. One segment of events a
 * source and round, stored whole or not at all: what was collected together counts together. Keys are the numbers of the committed objects; the state that
 * follows from events says how far a source is, and the lease that nobody else collects. Safe to repeat.
 */
import { isMarketsError } from '../../core/errors/markets-error.ts';
import type { CycleError } from '../run/cycle-result.ts';
import type { AnyNewEvent } from '../run/journal.ts';
import type { Lane, LoadedSpec } from '../run/lane.ts';
import type { WarehouseLane } from '../run/warehouse-steps.ts';
import { collectBatches } from './collect-batches.ts';
import { collectStanding, isCollectedFromTable, type AskStanding } from './collect-standing.ts';
import { collectParts } from './collect-parts.ts';
import { collectReads } from './collect-reads.ts';
import { isStream } from './stream-sources.ts';

/** Rounds of one source in one cycle; what is left comes with the next. */
const ROUNDS_MAX = 50;

/** What the step needs of the warehouse; null in a cycle without one, which leaves live findings to the next that has one. */
export type StreamWarehouse = Pick<WarehouseLane, 'standingMessages' | 'loadFindings'> | null;

export interface CollectedStreams {
  /** Messages of the slices that were published. */
  readonly rows: number;
  readonly errors: readonly CycleError[];
}

/** An error of one source's objects stops that source alone. LEASE_LOST and a journal that cannot be written are thrown. */
export async function collectStreams(lane: Lane, only: string | null, warehouse: StreamWarehouse): Promise<CollectedStreams> {
  const errors: CycleError[] = [];
  let rows = 0;
  for (const loaded of lane.specs) {
    const { spec } = loaded;
    if (!spec.enabled || !isStream(spec) || (only !== null && only !== spec.name)) continue;
    try {
      rows += await collectSource(lane, loaded, warehouse);
    } catch (error) {
      if (!isMarketsError(error) || lane.journal.isBroken() || error.code === 'LEASE_LOST') throw error;
      lane.logger.log('error', 'stream_not_collected', { source: spec.name, code: error.code });
      errors.push({ step: 'streams', object: spec.name, code: error.code, message: error.message });
    }
  }
  return { rows, errors };
}

async function collectSource(lane: Lane, loaded: LoadedSpec, warehouse: StreamWarehouse): Promise<number> {
  const ask = askOf(warehouse);
  let rows = 0;
  let mayStand = ask !== null;
  for (let round = 0; round < ROUNDS_MAX && !lane.signal.aborted; round += 1) {
    // What was read is looked for before what arrived: so an offset is never missed that was read after the batches were listed.
    const reads = await collectReads(lane, loaded);
    const batches = isCollectedFromTable(lane.state.streams.get(loaded.spec.name)) ? [] : await collectBatches(lane, loaded);
    const standing = ask !== null && mayStand && batches.length === 0 ? await collectStanding(lane, loaded, ask) : null;
    mayStand = standing === null ? mayStand && batches.length === 0 : standing.isCut;
    const parts = await collectParts(lane, loaded, warehouse);
    const events: readonly AnyNewEvent[] = [...reads, ...batches, ...(standing?.events ?? []), ...parts];
    if (events.length === 0) break;
    await lane.assertHeld();
    await lane.journal.record(events);
    for (const event of events) if (event.type === 'load_published') rows += event.data.rows;
  }
  return rows;
}

function askOf(warehouse: StreamWarehouse): AskStanding | null {
  if (warehouse?.standingMessages === undefined) return null;
  return async (question) => (await warehouse.standingMessages?.(question)) ?? [];
}

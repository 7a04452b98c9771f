/** The extracts that a run makes of its warehouse, whichever it is. */
import type { EventData } from '../../core/events/event.ts';
import type { WarehouseReader } from '../../core/ports/warehouse-reader.ts';
import type { Lane } from '../run/lane.ts';
import { addDays, dateIn, momentOf } from '../time/instant.ts';
import { standingExtract, writeExtract } from './write-extract.ts';

/** Wall time and zone at which the extract of a day is due. */
export interface ExtractTime {
  readonly at: string;
  readonly timezone: string;
}

/** Today's once its time has passed, and yesterday's where no run came in time for it; none from before the lane's first day. */
export function dueExtracts(lane: Lane, { at, timezone }: ExtractTime): readonly string[] {
  const now = lane.clock.now();
  const today = dateIn(now, timezone);
  const firsts = [...lane.state.specs.values()].map((spec) => dateIn(spec.first_at, timezone)).sort();
  const first = firsts[0];
  if (first === undefined || lane.state.last_dbt === null) return [];
  return [addDays(today, -1), today].filter((date) => {
    const due = momentOf(date, at, timezone);
    return date >= first && due <= now && (lane.state.daily_extracts.get(date) ?? '') < due;
  });
}

/** Writes the extract of a date, or tells of the one that stands already as it would be written. */
export async function extractOf(
  lane: Lane,
  date: string,
  openReader: () => Promise<WarehouseReader>,
): Promise<EventData['extract_written']> {
  const reader = await openReader();
  try {
    const { store, scratchFolder } = lane;
    const written = await writeExtract({ reader, store, date, asOf: lane.startedAt, scratchFolder });
    // The objects stand and their event does not: a run ended in between.
    return written ?? (await standingExtract(store, date, 'jsonl'));
  } finally {
    reader.close();
  }
}

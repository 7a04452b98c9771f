/** The extracts that a run makes of its warehouse, whichever it is. */
import { MarketsError } from '../../core/errors/markets-error.ts';
import type { EventData } from '../../core/events/event.ts';
import type { WarehouseReader } from '../../core/ports/warehouse-reader.ts';
import type { Lane } from '../run/lane.ts';
import { addDays, dateIn, momentOf } from '../time/instant.ts';
import { extractNames } from './extract-names.ts';
import { lastManifest, writeExtract, type ExtractManifest } from './write-extract.ts';

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
  return [addDays(today, -1), today].filter(
    (date) => date >= first && momentOf(date, at, timezone) <= now && !lane.state.extracts.has(date),
  );
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
    return written ?? (await standing(lane, date));
  } finally {
    reader.close();
  }
}

/** The objects stand and their event does not: a run ended in between. The manifest says what the event has to. */
async function standing(lane: Lane, date: string): Promise<EventData['extract_written']> {
  const manifest: ExtractManifest | null = await lastManifest(lane.store, date, 'jsonl');
  if (manifest === null) throw new MarketsError('LANE_EXTRACT', `The extract of ${date} was neither written nor found.`);
  const { as_of, rows, bytes, sha256, uncompressed_sha256, revision } = manifest;
  const names = extractNames(date, 'jsonl', revision);
  return {
    date,
    as_of,
    object: names.object,
    manifest: names.manifest,
    control: names.control,
    rows,
    bytes,
    sha256,
    uncompressed_sha256,
    revision,
  };
}

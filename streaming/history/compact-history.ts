/** Makes one file of all that a day has, and drops days that are over: both are a new state, so that readers see the old one or the new one. */
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { newestHistory, type HistoryManifest, type HistoryObject } from '../../core/stream/history-manifest.ts';
import { historyFileName, seqText } from '../../core/stream/object-names.ts';
import { commitState } from './commit-state.ts';
import { orderOf, type HistoryOwner, type HistoryParts } from './history-parts.ts';
import { localFiles, storeFile } from './local-objects.ts';
import { requireRows } from './write-history.ts';

/** Days of one call; the next call takes the rest. */
export const COMPACTED_DAYS_MAX = 31;

export interface CompactedHistory {
  readonly source: string;
  readonly days: number;
  readonly files_before: number;
  readonly files_after: number;
}

export async function compactHistory(parts: HistoryParts, signal: AbortSignal): Promise<CompactedHistory> {
  const { store, spec } = parts;
  const state = await newestHistory(store, spec.name);
  const byDay = Map.groupBy(state?.files ?? [], ({ day }) => day);
  const scattered = [...byDay].filter(([, files]) => files.length > 1).slice(0, COMPACTED_DAYS_MAX);
  const merged = new Map<string, HistoryObject>();
  for (const [day, files] of scattered) {
    if (signal.aborted) break;
    merged.set(day, await mergeDay(parts, (state?.seq ?? 0) + 1, day, files));
  }
  const before = state?.files.length ?? 0;
  if (state === null || merged.size === 0) return { source: spec.name, days: 0, files_before: before, files_after: before };
  const files = [...state.files.filter(({ day }) => !merged.has(day)), ...merged.values()];
  await commitState(parts, state, { through_batch: state.through_batch, files });
  return { source: spec.name, days: merged.size, files_before: before, files_after: files.length };
}

async function mergeDay(parts: HistoryParts, seq: number, day: string, day_files: readonly HistoryObject[]): Promise<HistoryObject> {
  const { store, spec, files, scratch } = parts;
  const folder = await mkdtemp(join(scratch, 'day-'));
  try {
    const inputs = await localFiles(
      store,
      day_files.map(({ object }) => object),
      folder,
    );
    const output = join(folder, 'merged.parquet');
    const { rows } = await files.merge({ inputs, output, ...orderOf(spec) });
    requireRows(
      day_files.reduce((sum, file) => sum + file.rows, 0),
      rows,
    );
    return await storeFile(store, historyFileName(spec.name, day, `part-compacted-${seqText(seq)}`), output, day, rows);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export interface ExpiredHistory {
  readonly source: string;
  readonly objects: number;
  readonly bytes: number;
}

/** Drops the days before `firstDay` (YYYY-MM-DD); with `apply` false says only what would go. */
export async function expireHistory(parts: HistoryOwner, firstDay: string, apply: boolean): Promise<ExpiredHistory> {
  const state = await newestHistory(parts.store, parts.spec.name);
  const expired = (state?.files ?? []).filter(({ day }) => day < firstDay);
  if (apply && state !== null && expired.length > 0) {
    const kept = state.files.filter(({ day }) => day >= firstDay);
    const without: HistoryManifest = await commitState(parts, state, { through_batch: state.through_batch, files: kept });
    // Nobody is to read what is past its days: it goes now.
    await commitState(parts, without, { through_batch: without.through_batch, files: without.files });
  }
  return { source: parts.spec.name, objects: expired.length, bytes: expired.reduce((sum, { bytes }) => sum + bytes, 0) };
}

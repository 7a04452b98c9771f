/** Proves that a query of one day reads the files of that day and no other, by the plan of the engine and by where the rows come from. */
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { newestHistory } from '../../core/stream/history-manifest.ts';
import type { HistoryParts } from './history-parts.ts';
import { localFiles } from './local-objects.ts';

export interface CheckedHistory {
  readonly source: string;
  readonly date: string;
  /** Files of all days, of the day, and those that the query scanned. */
  readonly files: number;
  readonly files_of_day: number;
  readonly files_scanned: number;
  readonly rows: number;
  readonly rows_expected: number;
  readonly is_good: boolean;
}

export async function checkHistory(parts: HistoryParts, date: string): Promise<CheckedHistory> {
  const { store, spec, files, scratch } = parts;
  const all = (await newestHistory(store, spec.name))?.files ?? [];
  const ofDay = all.filter(({ day }) => day === date);
  const expected = ofDay.reduce((sum, { rows }) => sum + rows, 0);
  const frame = { source: spec.name, date, files: all.length, files_of_day: ofDay.length, rows_expected: expected };
  if (all.length === 0) return { ...frame, files_scanned: 0, rows: 0, is_good: true };
  const folder = await mkdtemp(join(scratch, 'check-'));
  try {
    const paths = await localFiles(
      store,
      all.map(({ object }) => object),
      folder,
    );
    const { filesScanned, filesRead, rows } = await files.prove({ files: paths, day: date });
    const wanted = new Set(paths.filter((_, index) => all[index]?.day === date));
    const isOnly = filesRead.every((path) => wanted.has(path)) && filesRead.length === wanted.size;
    // With nothing of the day an engine may still open one file for the columns.
    const isPruned = filesScanned <= Math.max(ofDay.length, all.length === 1 ? 1 : 0) || (ofDay.length === 0 && filesScanned <= 1);
    return { ...frame, files_scanned: filesScanned, rows, is_good: isOnly && isPruned && rows === expected };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

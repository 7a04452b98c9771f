/** Puts a new state of a history in the place of the newest one, and removes what no reader can be at any more. */
import { commitHistory, type HistoryManifest } from '../../core/stream/history-manifest.ts';
import { removeIfThere } from '../../core/stream/remove-if-there.ts';
import type { HistoryOwner } from './history-parts.ts';

export async function commitState(
  { store, spec, now }: HistoryOwner,
  before: HistoryManifest | null,
  changes: Pick<HistoryManifest, 'through_batch' | 'files'>,
): Promise<HistoryManifest> {
  const files = changes.files.toSorted((left, right) => (left.object < right.object ? -1 : 1));
  const kept = new Set(files.map(({ object }) => object));
  const state: HistoryManifest = {
    seq: (before?.seq ?? 0) + 1,
    at: now(),
    source: spec.name,
    spec_version: spec.spec_version,
    through_batch: changes.through_batch,
    files,
    replaced: (before?.files ?? []).map(({ object }) => object).filter((object) => !kept.has(object)),
  };
  await commitHistory(store, state);
  // Files of the state before the last one: whoever began to read them has had a whole state's time.
  for (const object of before?.replaced ?? []) await removeIfThere(store, object);
  return state;
}

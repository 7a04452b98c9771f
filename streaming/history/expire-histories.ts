/** Drops the days of all histories of a root that are over, whether their sources still have specs or not. */
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { newestHistory } from '../../core/stream/history-manifest.ts';
import { expireHistory } from './compact-history.ts';

export interface ExpiredHistories {
  readonly kept_days: number;
  readonly objects: number;
  readonly bytes: number;
}

export interface ExpiryRequest {
  readonly store: ObjectStore;
  readonly keptDays: number;
  readonly now: () => string;
  /** False says only what would go. */
  readonly apply: boolean;
}

const DAY_MS = 86_400_000;

/** A day is over `keptDays` after it, by the store's clock. */
export async function expireHistories({ store, keptDays, now, apply }: ExpiryRequest): Promise<ExpiredHistories> {
  const firstDay = new Date((await store.now()) - keptDays * DAY_MS).toISOString().slice(0, 10);
  const sources = new Set<string>();
  for await (const { name } of store.list('history/')) sources.add(name.split('/')[1] ?? '');
  let [objects, bytes] = [0, 0];
  for (const source of sources) {
    const state = await newestHistory(store, source);
    if (state === null) continue;
    const expired = await expireHistory({ store, now, spec: { name: source, spec_version: state.spec_version } }, firstDay, apply);
    objects += expired.objects;
    bytes += expired.bytes;
  }
  return { kept_days: keptDays, objects, bytes };
}

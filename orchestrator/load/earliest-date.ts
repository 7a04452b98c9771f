/** From which day on rows may have come in. */
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { dateIn, instantOfMs } from '../time/instant.ts';

/**
 * The UTC date before which nothing of these moments was loaded. A run's clock may stand in the past or in the future; the warehouse counts by
 * the real one, so today by the store's clock is the latest answer.
 */
export async function earliestDate(store: ObjectStore, moments: readonly string[]): Promise<string> {
  const today = dateIn(instantOfMs(await store.now()), 'UTC');
  return [today, ...moments.map((moment) => moment.slice(0, 10))].reduce((left, right) => (right < left ? right : left));
}

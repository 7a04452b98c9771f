/** A store some of whose writes fail, before or behind what they do: the two cannot be told apart by who asked. */
import { MarketsError } from '../../../core/errors/markets-error.ts';
import type { ObjectStore } from '../../../core/ports/object-store.ts';

export function failingStore(store: ObjectStore, random: () => number, share: number): ObjectStore {
  return {
    ...store,
    async write(name, content, condition) {
      const fate = random();
      if (fate < share / 2) throw unavailable();
      const written = await store.write(name, content, condition);
      if (fate < share) throw unavailable();
      return written;
    },
  };
}

function unavailable(): MarketsError {
  return new MarketsError('STORE_UNAVAILABLE', 'The store did not answer.');
}

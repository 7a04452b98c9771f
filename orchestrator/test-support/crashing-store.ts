/** A store that dies at its n-th change, before it is made or right after: what a kill does to a run, at every place where it matters. */
import type { ObjectStore } from '../../core/ports/object-store.ts';

export class Crash extends Error {}

export interface CrashingStore {
  readonly store: ObjectStore;
  /** How many changes were asked for. */
  changes(): number;
}

export function crashingStore(inner: ObjectStore, at: number, when: 'before' | 'after'): CrashingStore {
  let changes = 0;
  async function change<T>(work: () => Promise<T>): Promise<T> {
    changes += 1;
    // A dead process changes nothing more.
    if (changes > at || (changes === at && when === 'before')) throw new Crash(`killed at change ${at}`);
    const result = await work();
    if (changes >= at) throw new Crash(`killed after change ${at}`);
    return result;
  }
  return {
    changes: () => changes,
    store: {
      ...inner,
      // The lease lives outside of this: its renewal has tests of its own.
      write: async (name, content, condition) =>
        name.startsWith('control/lease/')
          ? await inner.write(name, content, condition)
          : await change(async () => await inner.write(name, content, condition)),
      copy: async (from, to, options) => await change(async () => await inner.copy(from, to, options)),
      delete: async (name, options) => await change(async () => await inner.delete(name, options)),
    },
  };
}

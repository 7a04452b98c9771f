/** The state objects of a partition as its manifests name them: read with the newest one, and cleared away when no reader can want them. */
import { isMarketsError, MarketsError } from '../../core/errors/markets-error.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { removeIfThere } from '../../core/stream/remove-if-there.ts';
import { sha256Of } from '../../core/stream/sha256-of.ts';
import type { Logger } from '../../core/telemetry/logger.ts';

const STATE_BYTES_MAX = 512 * 1024 * 1024;
/** Another process may commit and clear away what a manifest named while it is being read. */
const ATTEMPTS_MAX = 5;

interface NamesState {
  readonly state: { readonly object: string; readonly sha256: string };
}

/** What `read` makes of the newest manifest; null where there is none. STREAM_STATE where what it names is not there. */
export async function readNewest<M extends NamesState, T>(
  newest: () => Promise<M | null>,
  read: (manifest: M) => Promise<T>,
): Promise<T | null> {
  for (let attempt = 1; ; attempt += 1) {
    const manifest = await newest();
    if (manifest === null) return null;
    try {
      return await read(manifest);
    } catch (error) {
      if (!isMarketsError(error, 'STORE_NOT_FOUND')) throw error;
      if (attempt === ATTEMPTS_MAX) throw lost(manifest, error);
    }
  }
}

/** The bytes of the state. STREAM_STATE where they are others than the manifest says, STORE_NOT_FOUND where there are none. */
export async function stateBytes(store: ObjectStore, manifest: NamesState): Promise<Buffer> {
  const bytes = await store.read(manifest.state.object, { maxBytes: STATE_BYTES_MAX });
  if (sha256Of(bytes) !== manifest.state.sha256) throw lost(manifest, undefined);
  return bytes;
}

function lost({ state }: NamesState, cause: unknown): MarketsError {
  return new MarketsError('STREAM_STATE', 'The state of a partition is not as its manifest says.', {
    cause,
    expected: `${state.object} with sha256 ${state.sha256}`,
    found: cause === undefined ? 'other bytes' : 'no such object',
    next: 'Restore the object from the copy of the bucket; the warehouse has the stored messages.',
  });
}

/** Of the state, the newest and the one before it stay: somebody may be reading that one. */
export class StateObjects {
  private readonly store: ObjectStore;
  private readonly logger: Logger;
  private readonly place: { readonly source: string; readonly partition: number };
  private newest: string | null;
  /** Objects that only the manifest before the newest names. */
  private outdated: readonly string[] = [];

  constructor(store: ObjectStore, logger: Logger, place: { readonly source: string; readonly partition: number }, newest: string | null) {
    this.store = store;
    this.logger = logger;
    this.place = { source: place.source, partition: place.partition };
    this.newest = newest;
  }

  /** The manifest that names `newest` is written; it names `dropped` no more. What cannot be removed is only said: it costs room, no more. */
  async committed(newest: string, dropped: readonly string[] = []): Promise<void> {
    const gone = this.outdated;
    this.outdated = [...(this.newest === null ? [] : [this.newest]), ...dropped];
    this.newest = newest;
    try {
      for (const name of gone) await removeIfThere(this.store, name);
    } catch (error) {
      this.logger.log('warn', 'state_not_cleared', { ...this.place, message: String(error) });
    }
  }
}

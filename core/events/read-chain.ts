/** One chain of one run, as far as it hangs together: what another task of the run has written so far. */
import type { ObjectStore } from '../ports/object-store.ts';
import type { AnyEvent } from './event.ts';
import { eventHash } from './event-hash.ts';
import { chainPrefix } from './event-names.ts';
import { readSegment } from './read-segments.ts';

export interface ChainPlace {
  /** YYYY-MM-DD of the run's segments. */
  readonly date: string;
  readonly runId: string;
  readonly writer: string;
}

/** [] where there is none; ends at the first event that does not follow from the one before. Reads every segment of the chain. */
export async function readChain(store: ObjectStore, place: ChainPlace): Promise<readonly AnyEvent[]> {
  const events: AnyEvent[] = [];
  for await (const { name } of store.list(chainPrefix(place.date, place.runId, place.writer))) {
    for await (const event of readSegment(store, name)) {
      if (event.seq !== events.length + 1 || event.prev_hash !== (events.at(-1)?.hash ?? '') || eventHash(event) !== event.hash)
        return events;
      events.push(event);
    }
  }
  return events;
}

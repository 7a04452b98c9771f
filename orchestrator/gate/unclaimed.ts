/** Objects that no source claims are left where they are and said once: key is name and generation. */
import type { AnyNewEvent } from '../run/journal.ts';
import type { Lane } from '../run/lane.ts';
import { objectKey } from '../state/lane-state.ts';
import { belowLanding } from './delivery.ts';
import type { Landing } from './discover.ts';

export async function recordUnclaimed(lane: Lane, landing: Landing): Promise<void> {
  const at = lane.clock.now();
  const events = landing.unclaimed
    .filter(({ info }) => !lane.state.unclaimed.has(objectKey(belowLanding(info), info.generation)))
    .map(({ info }): AnyNewEvent => ({
      type: 'object_unclaimed',
      at,
      data: { object: belowLanding(info), generation: info.generation, bytes: info.sizeBytes },
    }));
  if (events.length > 0) await lane.journal.record(events);
}

/** When a delivery arrived: the lane's one answer, from what its first sight recorded. */
import type { Delivery } from '../gate/delivery.ts';
import type { Lane } from '../run/lane.ts';
import { objectKey } from '../state/lane-state.ts';
import { dateIn, earlierOf } from '../time/instant.ts';

/** A file arrived when the store got it, and at the latest when the lane saw it: a run for a past day sees its files on that day. */
export function arrivalOf(lane: Lane, delivery: Delivery): string {
  const seen = lane.state.discovered.get(objectKey(delivery.object, delivery.info.generation));
  return seen === undefined ? lane.clock.now() : earlierOf(seen.updated_at, seen.at);
}

/** YYYY-MM-DD in the source's time zone. */
export function arrivalDateOf(lane: Lane, delivery: Delivery): string {
  return dateIn(arrivalOf(lane, delivery), delivery.spec.source.timezone);
}

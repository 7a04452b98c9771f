/** The business date of a delivery: its name's, else its control file's, else the day it arrived in the source's time zone. */
import type { Delivery } from '../gate/delivery.ts';
import { matchPath } from '../../core/spec/path-pattern.ts';
import { loadsOf } from '../state/lane-state.ts';
import type { Lane } from '../run/lane.ts';
import { arrivalDateOf } from './arrival.ts';

export function businessDateOf(lane: Lane, delivery: Delivery, spooled: { readonly sha256: string }): string {
  const inName = matchPath(delivery.spec.source.path_pattern, delivery.object)?.businessDate ?? null;
  if (inName !== null) return inName;
  // A file that is judged again keeps the day on which it first came.
  const before = loadsOf(lane.state, delivery.spec.name, delivery.object).find((load) => load.sha256 === spooled.sha256);
  return before?.business_date ?? arrivalDateOf(lane, delivery);
}

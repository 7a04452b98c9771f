/** The newest revision of each as-of date and format, oldest date first. */
import { extractFormatOf } from '../extract/extract-names.ts';
import { keyOf, type DeliveryState, type LaneState } from './lane-state.ts';

export function newestDeliveries(state: LaneState): readonly DeliveryState[] {
  const newest = new Map<string, DeliveryState>();
  for (const delivery of state.deliveries.values()) {
    const { date, object, revision } = delivery.written;
    const key = keyOf(date, extractFormatOf(object));
    if ((newest.get(key)?.written.revision ?? 0) < revision) newest.set(key, delivery);
  }
  return [...newest.values()].sort((left, right) => (left.written.date < right.written.date ? -1 : 1));
}

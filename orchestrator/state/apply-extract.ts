/** The part of the fold that is about extracts and their way to the partner. */
import type { EventEnvelope } from '../../core/events/event.ts';
import { extractFormatOf } from '../extract/extract-names.ts';
import type { DeliveryState, LaneState } from './lane-state.ts';

type ExtractEvent =
  | EventEnvelope<'extract_written'>
  | EventEnvelope<'extract_delivered'>
  | EventEnvelope<'extract_delivery_failed'>
  | EventEnvelope<'extract_receipt'>;

export function applyExtractEvent(state: LaneState, event: ExtractEvent): void {
  const { object } = event.data;
  const change = (to: Partial<DeliveryState>): void => {
    const before = state.deliveries.get(object);
    if (before !== undefined) state.deliveries.set(object, { ...before, ...to });
  };
  switch (event.type) {
    case 'extract_written':
      state.extracts.set(event.data.date, event.data);
      if (extractFormatOf(object) === 'jsonl') state.daily_extracts.set(event.data.date, event.at);
      // A run that ended before it could say so says it again: what was delivered stays delivered.
      if (!state.deliveries.has(object))
        state.deliveries.set(object, { written: event.data, delivered: null, failure: null, receipt: null });
      return;
    case 'extract_delivered':
      change({ delivered: { at: event.at, receipt_due_at: event.data.receipt_due_at }, failure: null });
      return;
    case 'extract_delivery_failed':
      change({ failure: { at: event.at, code: event.data.code } });
      return;
    case 'extract_receipt': {
      const { sha256, verdict, problems } = event.data;
      change({ receipt: { at: event.at, sha256, verdict, problems } });
      return;
    }
  }
}

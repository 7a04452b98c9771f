/** The part of the fold that is about alerts and what the webhook was told. */
import type { EventEnvelope } from '../../core/events/event.ts';
import { alertKey } from '../alert/alert-key.ts';
import { keyOf, type LaneState } from './lane-state.ts';

type AlertEvent = EventEnvelope<'alert_opened'> | EventEnvelope<'alert_closed'> | EventEnvelope<'alert_notified'>;

export function applyAlertEvent(state: LaneState, event: AlertEvent): void {
  const { alert_id } = event.data;
  switch (event.type) {
    case 'alert_opened': {
      const { kind, business_date, object } = event.data;
      const key = alertKey(kind, event.source, object === null ? business_date : null, object);
      state.alerts.set(alert_id, {
        alert_id,
        key,
        opened_at: event.at,
        source: event.source,
        load_id: event.load_id,
        data: event.data,
      });
      state.alert_openings.set(key, (state.alert_openings.get(key) ?? 0) + 1);
      state.notices.set(keyOf(alert_id, 'opened'), { alert_id, about: 'opened', kind, failures: 0 });
      return;
    }
    case 'alert_closed':
      state.alerts.delete(alert_id);
      // Whoever was not told that it began need not be told that it is over.
      if (!state.notices.delete(keyOf(alert_id, 'opened'))) {
        state.notices.set(keyOf(alert_id, 'closed'), { alert_id, about: 'closed', kind: event.data.kind, failures: 0 });
      }
      return;
    case 'alert_notified': {
      const key = keyOf(alert_id, event.data.about);
      const notice = state.notices.get(key);
      if (event.data.status === 'delivered') state.notices.delete(key);
      else if (notice !== undefined) state.notices.set(key, { ...notice, failures: notice.failures + 1 });
      return;
    }
  }
}

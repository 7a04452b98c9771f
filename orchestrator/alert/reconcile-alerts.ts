/** Opens what should be open and closes what is healed. Key of an opening is what it is about and its number: none is opened twice. */
import type { AnyNewEvent } from '../run/journal.ts';
import type { CycleAlert } from '../run/cycle-result.ts';
import type { Lane } from '../run/lane.ts';
import { alertId } from './alert-key.ts';
import type { WantedAlert } from './wanted-alert.ts';
import { wantedAlerts } from './wanted-alerts.ts';

export interface AlertChanges {
  readonly opened: readonly CycleAlert[];
  readonly closed: readonly string[];
}

export async function reconcileAlerts(
  lane: Lane,
  unclaimed: readonly { readonly object: string; readonly reason: string }[],
): Promise<AlertChanges> {
  const { state } = lane;
  const now = lane.clock.now();
  const sources = new Set(lane.specs.filter(({ spec }) => spec.enabled).map(({ spec }) => spec.name));
  const wanted = wantedAlerts({ state, now, sources, unclaimed });
  const open = new Map([...state.alerts.values()].map((alert) => [alert.key, alert]));
  const healed = [...open.values()].filter((alert) => !wanted.has(alert.key));
  const fresh = [...wanted.values()].filter((alert) => !open.has(alert.key));
  const closings = healed.map((alert): AnyNewEvent => ({
    type: 'alert_closed',
    at: now,
    ...(alert.source === null ? {} : { source: alert.source }),
    data: { alert_id: alert.alert_id, kind: alert.data.kind, reason: 'What it was about is no longer so.' },
  }));
  const opened = fresh.map((alert) => ({ alert, alert_id: alertId(alert.key, (state.alert_openings.get(alert.key) ?? 0) + 1) }));
  const events = [...closings, ...opened.map(({ alert, alert_id }) => openingEvent(alert, alert_id, now))];
  if (events.length > 0) await lane.journal.record(events);
  // Alert policies of the cloud count these lines (terraform/modules/monitoring).
  for (const { alert, alert_id } of opened) {
    lane.logger.log('warn', 'alert_opened', { alert_id, kind: alert.data.kind, alert_severity: alert.data.severity, source: alert.source });
  }
  return {
    opened: opened.map(({ alert, alert_id }) => ({ alert_id, source: alert.source, ...alert.data })),
    closed: healed.map((alert) => alert.alert_id),
  };
}

function openingEvent(alert: WantedAlert, alert_id: string, at: string): AnyNewEvent {
  return {
    type: 'alert_opened',
    at,
    ...(alert.source === null ? {} : { source: alert.source }),
    ...(alert.load_id === null ? {} : { load_id: alert.load_id }),
    data: { alert_id, ...alert.data },
  };
}

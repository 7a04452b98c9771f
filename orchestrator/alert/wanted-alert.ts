/** An alert that should be open. */
import type { EventData } from '../../core/events/event.ts';
import { alertKey } from './alert-key.ts';

export interface WantedAlert {
  readonly key: string;
  readonly source: string | null;
  readonly load_id: string | null;
  readonly data: Omit<EventData['alert_opened'], 'alert_id'>;
}

type Severity = EventData['alert_opened']['severity'];
type Kind = EventData['alert_opened']['kind'];

export function alert(
  kind: Kind,
  severity: Severity,
  about: { source?: string; load_id?: string; business_date?: string; object?: string },
  message: string,
): WantedAlert {
  const { source = null, load_id = null, business_date = null, object = null } = about;
  // The object alone names what a load alert is about: a resupply for another date heals it too.
  const key = alertKey(kind, source, object === null ? business_date : null, object);
  return { key, source, load_id, data: { kind, severity, business_date, object, message } };
}

/** What an alert is about, and the name of one opening of it. */
import { createHash } from 'node:crypto';
import type { EventData } from '../../core/events/event.ts';

export type AlertKind = EventData['alert_opened']['kind'];

export function alertKey(kind: AlertKind, source: string | null, businessDate: string | null, object: string | null): string {
  return [kind, source ?? '', businessDate ?? '', object ?? ''].join('\0');
}

/** The n-th opening of a key has the same id in every run that finds it, so that a crash opens nothing twice. */
export function alertId(key: string, opening: number): string {
  return createHash('sha256').update(`${key}\0${opening}`, 'utf8').digest('hex').slice(0, 16);
}

/** The hash of an event and its one line in a segment. */
import { createHash } from 'node:crypto';
import { canonicalJson } from './canonical-json.ts';
import type { AnyEvent, EventEnvelope } from './event.ts';

/** sha256 of the RFC 8785 JSON of the event without `hash`, lower-case hex. */
export function eventHash(event: Omit<EventEnvelope, 'hash'>): string {
  const hashed: Record<string, unknown> = { ...event };
  delete hashed['hash'];
  return createHash('sha256').update(canonicalJson(hashed), 'utf8').digest('hex');
}

/** One line of a segment, with its line end. */
export function eventLine(event: AnyEvent): string {
  return `${canonicalJson(event)}\n`;
}

/** The moment of a run as expressions see it. */
import { MarketsError } from '../../errors/markets-error.ts';
import { readValue } from '../../types/read-value.ts';

/** Microseconds since 1970-01-01T00:00:00Z. */
export function microsOf(now: string): bigint {
  const reading = readValue({ kind: 'TIMESTAMP' }, now);
  if (!reading.ok || typeof reading.value !== 'bigint') {
    throw new MarketsError('ENGINE_INVARIANT', 'The moment of the run is not an ISO 8601 time.', { found: now });
  }
  return reading.value;
}

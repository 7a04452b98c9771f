/** Which column of the source a canonical column is taken from as it stands. */
import { CANONICAL_ENTITIES } from '../canonical/entities.ts';
import type { Canonical, SourceSpec } from './source-spec.ts';

/** null where it follows from an expression, is a constant, or is not mapped. */
export function sourceColumn(canonical: Canonical, name: string): string | null {
  const expression = canonical.map.find(({ column }) => column === name)?.expression;
  const inner = expression?.kind === 'cast' ? expression.operand : expression;
  return inner?.kind === 'column' ? inner.name : null;
}

/**
 * The column of the moment of an event: the stream's event_time_field, else the column that the time of the canonical entity is
 * mapped from (trade_time, order_time, quote_time, price_time); null where there is none.
 */
export function eventTimeColumn({ stream, canonical }: Pick<SourceSpec, 'stream' | 'canonical'>): string | null {
  return stream?.event_time_field ?? canonicalTimeColumn(canonical);
}

export function canonicalTimeColumn(canonical: Canonical): string | null {
  const time = CANONICAL_ENTITIES[canonical.entity].columns.find(({ name, required }) => required && name.endsWith('_time'));
  return time === undefined ? null : sourceColumn(canonical, time.name);
}

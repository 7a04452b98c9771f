/** The address from which a warehouse loads an object. */
import { MarketsError } from '../../core/errors/markets-error.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';

/** CONFIG_INVALID for a store whose objects no warehouse can reach. */
export function loadUri(store: ObjectStore, name: string): string {
  const uri = store.uri(name);
  if (uri !== undefined) return uri;
  throw new MarketsError('CONFIG_INVALID', 'BigQuery loads from buckets only.', {
    expected: 'a root gs://NAME where warehouse.kind is bigquery',
    found: store.description,
    next: 'Call the command with --root gs://NAME, or set warehouse.kind to duckdb.',
  });
}

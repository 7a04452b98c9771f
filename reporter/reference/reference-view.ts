/** Reference data as they stood at the moment of a trade, and which versions of them these are. */
import type { Value } from '../../core/types/column-type.ts';

export type ReferenceKind = 'counterparty' | 'trader' | 'instrument' | 'book';

/** One interval of validity of one key. What a report says of it can be made again from `values` years later. */
export interface ReferenceVersion {
  readonly kind: ReferenceKind;
  readonly key: string;
  /** ISO 8601 UTC with 6 digits. */
  readonly validFrom: string;
  /** By the canonical columns of the entity (core/canonical/entities.ts), in the in-memory form of their types. */
  readonly values: ReadonlyMap<string, Value>;
  /** sha256 of kind, key, validFrom and values in canonical JSON. */
  readonly hash: string;
}

/** null where the event names no key of that kind. A kind that the event names and that is not found is no view but `missing`. */
export type ReferenceView = { readonly [Kind in ReferenceKind]: ReferenceVersion | null };

export interface MissingReference {
  readonly kind: ReferenceKind;
  readonly key: string;
}

/** A version of reference data as bytes: what its hash is taken of, and what is kept for as long as reports are. */
import { Type, type Static } from '@sinclair/typebox';
import { canonicalJson } from '../../core/events/canonical-json.ts';
import { sha256Of } from '../../core/stream/sha256-of.ts';
import { printTimestamp } from '../../core/types/print-value.ts';
import type { Value } from '../../core/types/column-type.ts';
import { REFERENCE_TABLES } from './reference-kinds.ts';
import type { ReferenceKind, ReferenceVersion } from './reference-view.ts';

const CLOSED = { additionalProperties: false } as const;
/** Columns of reference entities are texts and truths. */
const CELL = Type.Union([Type.Null(), Type.String(), Type.Boolean()]);

export const KEPT_VERSION_SCHEMA = Type.Object(
  {
    kind: Type.Union([Type.Literal('trader'), Type.Literal('counterparty'), Type.Literal('instrument'), Type.Literal('book')]),
    key: Type.String(),
    valid_from: Type.String(),
    values: Type.Record(Type.String(), CELL),
  },
  CLOSED,
);

export type KeptVersion = Static<typeof KEPT_VERSION_SCHEMA>;

/** `row` is in the order of the kind's columns. */
export function referenceVersion(kind: ReferenceKind, key: string, validFromUs: bigint, row: readonly Value[]): ReferenceVersion {
  const values = new Map(REFERENCE_TABLES[kind].columns.map(({ name }, index) => [name, row[index] ?? null]));
  const plain = { kind, key, validFrom: printTimestamp(validFromUs), values };
  return { ...plain, hash: sha256Of(versionBytes(plain)) };
}

/** Canonical JSON: their sha256 is the version's hash. */
export function versionBytes({ kind, key, validFrom, values }: Omit<ReferenceVersion, 'hash'>): Buffer {
  return Buffer.from(canonicalJson({ kind, key, valid_from: validFrom, values: Object.fromEntries(values) }));
}

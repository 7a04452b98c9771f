/**
 * What a record reader hands to the checks: one record's values as texts, before any type. One object is filled anew for
 * every record, so nothing of it may be kept.
 */
import type { FindingCode } from '../findings/catalogue.ts';

/** What a text is, where that matters for NULL and for the type. */
export const CELL = {
  /** Unquoted CSV field, XML text: empty means NULL. */
  PLAIN: 0,
  /** Quoted CSV field, JSON string: empty is an empty string for STRING, NULL for other types. */
  QUOTED: 1,
  /** JSON null, XML xsi:nil. */
  NULL: 2,
  /** The member, element or column is not there. */
  MISSING: 3,
  /** Bytes that are no text in the encoding; the text is a rendering for messages only. */
  UNDECODABLE: 4,
  /** A JSON object or array, an XML element with children: the text is its source. */
  STRUCTURE: 5,
  /** JSON number, true or false: the text is its source. */
  LITERAL: 6,
} as const;

export type CellKind = (typeof CELL)[keyof typeof CELL];

export interface RawCell {
  readonly text: string | null;
  readonly kind: CellKind;
}

/** Something wrong with the record that belongs to no column of the schema. */
export interface RecordFault {
  readonly code: FindingCode;
  readonly column: string | null;
  readonly found: string | null;
  readonly expected: string | null;
  readonly message: string;
}

export interface RawCells {
  /** By position in the schema. */
  readonly texts: (string | null)[];
  readonly kinds: CellKind[];
  /** The elements of a REPEATED column; null where the record has no list there. */
  readonly lists: (readonly RawCell[] | null)[];
  faults: readonly RecordFault[];
  /** JSON object of unknown members that schema_drift: evolve keeps; null when there are none. */
  extra: string | null;
}

export const NO_FAULTS: readonly RecordFault[] = [];

export function emptyCells(columns: number): RawCells {
  return {
    texts: new Array<string | null>(columns).fill(null),
    kinds: new Array<CellKind>(columns).fill(CELL.MISSING),
    lists: new Array<readonly RawCell[] | null>(columns).fill(null),
    faults: NO_FAULTS,
    extra: null,
  };
}

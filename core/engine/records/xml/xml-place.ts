/** Where a reading of an XML document stands between two pieces, so that another reader can go on. Plain data. */
import type { NamespaceScope } from './xml-names.ts';

/** An element around the rows that is not closed yet. */
export interface OpenElement {
  readonly tagName: string;
  /** Namespaces in force within it. */
  readonly scope: NamespaceScope;
}

/** A row longer than maxRecordBytes, passed over without being kept. */
export interface LongRow {
  /** Counts as the reader's own lines do: below 1 where the row began before them. */
  readonly line: number;
  readonly byteOffset: number;
  readonly raw: Uint8Array;
}

export interface XmlPlace {
  readonly open: readonly OpenElement[];
  readonly hasRoot: boolean;
  readonly isFirst: boolean;
  /** The document could not be read on: what follows is unread. */
  readonly isUnreadable: boolean;
  /** The last byte was a CR, whose LF may follow. */
  readonly afterCr: boolean;
  readonly long: LongRow | null;
  /** Of the row that is too long: its tag, and how many elements of this name are open. */
  readonly row: { readonly tag: string; readonly depth: number } | null;
}

/** What a control file, or a header or trailer record, says about its data file. */
export interface ControlStatement {
  /** Texts as they stand; null where the spec does not name them. */
  readonly row_count: string | null;
  readonly checksum: string | null;
  /** YYYY-MM-DD. */
  readonly business_date: string | null;
  readonly totals: readonly { readonly column: string; readonly text: string }[];
}

export type ControlReading =
  | { readonly ok: true; readonly statement: ControlStatement }
  /** The control file cannot be read, or lacks what the spec says it holds. */
  | { readonly ok: false; readonly problem: string };

/** Looks a field of the spec up: its text, or undefined where the control file has no such field. */
export type FieldLookup = (field: string) => string | undefined;

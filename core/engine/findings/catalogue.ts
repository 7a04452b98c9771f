/**
 * The stable codes of findings. A code is never renamed, never reused and never renumbered; new ones are added at the end.
 * The reference page docs/reference/findings.md is generated from this table.
 */
interface FindingKind {
  readonly number: number;
  /** Whether it refuses one record or the whole file. */
  readonly scope: 'record' | 'file';
  readonly meaning: string;
}

export const FINDINGS = {
  ENCODING_INVALID: { number: 1, scope: 'record', meaning: 'Bytes that are not text in the declared encoding.' },
  RECORD_TOO_LONG: { number: 2, scope: 'record', meaning: 'A record longer than max_record_bytes.' },
  RECORD_UNPARSABLE: { number: 3, scope: 'record', meaning: 'A record that breaks the syntax of its format.' },
  FIELD_COUNT: {
    number: 4,
    scope: 'record',
    meaning: 'More or fewer fields than the file has columns, or a line of another width than its layout.',
  },
  FIELD_MISSING: { number: 5, scope: 'record', meaning: 'A member or element that must be there is absent.' },
  FIELD_UNKNOWN: { number: 6, scope: 'record', meaning: 'A member or element that the schema does not know.' },
  NULL_NOT_ALLOWED: { number: 7, scope: 'record', meaning: 'No value in a column that must have one.' },
  TYPE_MISMATCH: { number: 8, scope: 'record', meaning: 'A value that is not of the column’s type.' },
  VALUE_OUT_OF_RANGE: { number: 9, scope: 'record', meaning: 'A value below min_value or above max_value.' },
  VALUE_NOT_ALLOWED: { number: 10, scope: 'record', meaning: 'A value that is not one of allowed_values.' },
  VALUE_TOO_LONG: { number: 11, scope: 'record', meaning: 'A value longer than max_length.' },
  PATTERN_MISMATCH: { number: 12, scope: 'record', meaning: 'A value that pattern does not match.' },
  CHECK_DIGIT: { number: 13, scope: 'record', meaning: 'An identifier whose check digit or register entry is wrong.' },
  RULE_FAILED: { number: 14, scope: 'record', meaning: 'A rule of the spec is false for the record.' },
  DUPLICATE_KEY: { number: 15, scope: 'record', meaning: 'A key that an earlier record of the file has.' },
  FILE_EMPTY: { number: 16, scope: 'file', meaning: 'A file of no bytes.' },
  FILE_TOO_LARGE: {
    number: 17,
    scope: 'file',
    meaning: 'A file over max_file_size_mb, delivered or decompressed, or one that expands too far or needs too much memory to decompress.',
  },
  FILE_UNREADABLE: { number: 18, scope: 'file', meaning: 'A file that cannot be read as its format.' },
  FILE_COMPRESSION: { number: 19, scope: 'file', meaning: 'A damaged or truncated compressed stream.' },
  HEADER_MISMATCH: { number: 20, scope: 'file', meaning: 'A header that does not fit the schema.' },
  CONTROL_MISSING: { number: 21, scope: 'file', meaning: 'The control file did not come in time.' },
  CONTROL_COUNT: { number: 22, scope: 'file', meaning: 'Another number of records than the control file states.' },
  CONTROL_CHECKSUM: { number: 23, scope: 'file', meaning: 'Another checksum than the control file states.' },
  CONTROL_TOTAL: { number: 24, scope: 'file', meaning: 'Another total than the control file states.' },
  FILE_RULE_FAILED: { number: 25, scope: 'file', meaning: 'A file-level rule of the spec is false.' },
  TOO_MANY_BAD_ROWS: { number: 26, scope: 'file', meaning: 'More bad records than the spec allows.' },
  CONSERVATION: { number: 27, scope: 'file', meaning: 'Bytes or records are unaccounted for: a bug of ours.' },
} as const satisfies Record<string, FindingKind>;

export type FindingCode = keyof typeof FINDINGS;

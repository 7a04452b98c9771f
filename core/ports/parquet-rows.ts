/**
 * Reading the values of a Parquet file: one row a line, as a JSON object with exact values (decimals and integers as
 * written, moments as ISO 8601, bytes in base64, lists as arrays, structs as objects, maps as arrays of {key, value}).
 */
export interface ParquetRowsRequest {
  /** Local path of the file. */
  readonly path: string;
  /** Where the rows go; beside it the reader may keep files of its own, which it removes. */
  readonly rowsPath: string;
  /** The rows take no more than this. */
  readonly maxRowsBytes: number;
  readonly maxResidentBytes: number;
  readonly maxDurationMs: number;
  /** Ends the reading. */
  readonly signal: AbortSignal;
}

export type ParquetRowsOutcome =
  | { readonly ok: true }
  /** Something is wrong with the file. */
  | { readonly ok: false; readonly code: 'FILE_UNREADABLE' | 'FILE_TOO_LARGE'; readonly message: string };

/**
 * Writes the rows in the order of the file. ENGINE_CHILD (details.reason: crashed, memory, time, error, closed) where the
 * reading did not come to an end. Safe to repeat.
 */
export type WriteParquetRows = (request: ParquetRowsRequest) => Promise<ParquetRowsOutcome>;

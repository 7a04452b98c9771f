/**
 * Every limit of the engine by name. They bound memory and time whatever a file holds; none of them depends on the size
 * of the file.
 */
export interface EngineLimits {
  /** Longest record, without its line end. */
  readonly maxRecordBytes: number;
  /** Fields of one CSV record that are told apart; more are counted only. */
  readonly maxFields: number;
  /** Nesting of JSON documents and XML elements. */
  readonly maxDepth: number;
  /** Decompressed bytes for one delivered byte, once more than `minExpansionBytes` came out. */
  readonly maxExpansionRatio: number;
  readonly minExpansionBytes: number;
  /** Window that a zstd frame may ask for: bytes that its decoder keeps. */
  readonly maxWindowBytes: number;
  /** Bytes of a Parquet file's rows as JSON for one byte of the file, once there are more than `minExpansionBytes`. */
  readonly maxRowsExpansionRatio: number;
  /** Decompressed bytes of one file. */
  readonly maxDecompressedBytes: number;
  /** Bytes that are read from the file at once. */
  readonly chunkBytes: number;
  /** Bytes of a range: what one worker judges at once, and what one row group of the output comes from. */
  readonly rangeBytes: number;
  /** A file of fewer bytes is judged record by record: memory for a range, and a scanner, would cost it more than they save. */
  readonly minRangeBytes: number;
  /** Threads that judge ranges of one file; 0 for none besides the one that reads it. */
  readonly workers: number;
  /** A file of fewer bytes is judged by the thread that reads it. */
  readonly minWorkerBytes: number;
  /** Rows of a smaller file are scanned by JavaScript, which is there sooner than WebAssembly. */
  readonly minWasmBytes: number;
  /** Bad records that the report shows. */
  readonly maxReportedRecords: number;
  /** Bytes of a bad record that the report shows. */
  readonly maxReportedRecordBytes: number;
  /** Characters of `found` in a finding. */
  readonly maxFoundCharacters: number;
  /** Findings of one kind (file, not record) in the report. */
  readonly maxFileFindings: number;
  /** Unknown members of one record that are named. */
  readonly maxUnknownMembers: number;
  /** Bytes of a control file. */
  readonly maxControlBytes: number;
  /** Keys of one uniqueness check that stay in memory; more go to a file in the output folder. */
  readonly maxKeysInMemory: number;
}

export const ENGINE_LIMITS: EngineLimits = {
  maxRecordBytes: 1024 * 1024,
  maxFields: 16_384,
  maxDepth: 64,
  maxExpansionRatio: 200,
  minExpansionBytes: 16 * 1024 * 1024,
  maxWindowBytes: 128 * 1024 * 1024,
  maxRowsExpansionRatio: 1000,
  maxDecompressedBytes: 1024 * 1024 * 1024 * 1024,
  chunkBytes: 1024 * 1024,
  rangeBytes: 12 * 1024 * 1024,
  minRangeBytes: 512 * 1024,
  workers: 2,
  minWorkerBytes: 8 * 1024 * 1024,
  minWasmBytes: 16 * 1024 * 1024,
  maxReportedRecords: 20,
  maxReportedRecordBytes: 2048,
  maxFoundCharacters: 200,
  maxFileFindings: 100,
  maxUnknownMembers: 20,
  maxControlBytes: 1024 * 1024,
  maxKeysInMemory: 256 * 1024,
};

/** One row group that is complete but for what depends on the rows before it in the file. Plain data: it passes between threads. */
import type { ChunkMeta } from './page-writer.ts';

/** Whole numbers as one DELTA_BINARY_PACKED page whose first value is told when the row group is placed in the file. */
export interface DeltaChunk {
  readonly count: number;
  readonly first: number;
  readonly min: number;
  readonly max: number;
  /** The blocks behind the header (delta-encoding.ts). */
  readonly deltas: Uint8Array<ArrayBuffer>;
}

export interface RowGroup {
  readonly rows: number;
  /** The pages of all columns that have a ChunkMeta. */
  readonly pages: Uint8Array<ArrayBuffer>;
  /** In the order of the columns. */
  readonly chunks: readonly (ChunkMeta | DeltaChunk)[];
}

export function isDelta(chunk: ChunkMeta | DeltaChunk): chunk is DeltaChunk {
  return 'deltas' in chunk;
}

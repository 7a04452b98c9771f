/** What decompresses a stream piece by piece, whatever its compression. */
export interface Decoder {
  /** The decompressed pieces of `chunk`, as they come. Throws CompressionFault. */
  push(chunk: Buffer): AsyncGenerator<Buffer>;
  /** The stream ended. Throws CompressionFault where it is not whole. */
  end(): void;
  /** Frees what an unfinished stream holds. */
  close(): void;
}

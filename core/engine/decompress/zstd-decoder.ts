/**
 * Zstandard frame by frame: every byte of the stream belongs to a frame of data, which Node's decoder reads and whose
 * checksum it verifies where there is one, or to a skippable frame, which is passed over.
 */
import { constants, createZstdDecompress, type ZstdDecompress } from 'node:zlib';
import { CompressionFault } from './compression-fault.ts';
import type { Decoder } from './decoder.ts';
import { ZstdWalk, type ZstdStep } from './zstd-walk.ts';

const OUTPUT_BYTES = 256 * 1024;

export class ZstdDecoder implements Decoder {
  private readonly walk: ZstdWalk;
  /** One decoder reads every frame: libzstd begins anew where a step begins behind a whole frame. */
  private readonly decompress: ZstdDecompress;
  private pieces: Buffer[] = [];
  private failure: CompressionFault | null = null;
  private afterStep: () => void = () => undefined;

  /** `maxWindowBytes` bounds the memory that a frame may ask for. */
  constructor(maxWindowBytes: number) {
    this.walk = new ZstdWalk(maxWindowBytes);
    const params = { [constants.ZSTD_d_windowLogMax]: Math.ceil(Math.log2(maxWindowBytes)) };
    this.decompress = createZstdDecompress({ chunkSize: OUTPUT_BYTES, params });
    this.decompress.on('data', (piece: Buffer) => void this.pieces.push(piece));
    this.decompress.on('error', (cause) => {
      this.fail(cause.message);
    });
    // Node ends the stream where bytes follow a frame; here none can, or the two disagree about where it ends.
    this.decompress.on('end', () => {
      this.fail('a frame ends before its last block');
    });
  }

  async *push(chunk: Buffer): AsyncGenerator<Buffer> {
    for (let from = 0; from < chunk.length;) {
      const step = this.walk.next(chunk, from);
      yield* await this.decode(chunk, step);
      from = step.end;
    }
  }

  end(): void {
    this.close();
    if (!this.walk.isBetweenFrames) {
      throw new CompressionFault('damaged', 'The zstd stream is truncated.');
    }
  }

  close(): void {
    this.decompress.destroy();
  }

  private async decode(chunk: Buffer, { carried, begin, end }: ZstdStep): Promise<readonly Buffer[]> {
    if (begin === null) {
      return [];
    }
    const bytes = chunk.subarray(begin, end);
    await new Promise<void>((resolve) => {
      this.afterStep = resolve;
      // What the step gave is delivered within the turn of its callback.
      this.decompress.write(carried.length === 0 ? bytes : Buffer.concat([carried, bytes]), () => setImmediate(resolve));
    });
    if (this.failure !== null) {
      this.close();
      throw this.failure;
    }
    const pieces = this.pieces;
    this.pieces = [];
    return pieces;
  }

  private fail(cause: string): void {
    this.failure = new CompressionFault('damaged', `The zstd stream is damaged: ${cause}.`);
    this.afterStep();
  }
}

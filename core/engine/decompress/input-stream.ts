/**
 * The bytes of a file as delivered, digested, and decompressed where the name says so. Only the chunk at hand is in
 * memory.
 */
import { open } from 'node:fs/promises';
import { giveBack } from '../bytes/give-back.ts';
import { Digests, type DigestName } from '../bytes/digests.ts';
import type { EngineLimits } from '../limits.ts';
import { CompressionFault } from './compression-fault.ts';
import type { Decoder } from './decoder.ts';
import { openDecoder, refuseHiddenCompression } from './open-decoder.ts';

export interface InputOptions {
  readonly path: string;
  /** Landing name: `.gz` at its end means gzip, `.zst` zstd. */
  readonly file: string;
  /** Digests besides sha256 of the delivered bytes. */
  readonly digests: readonly DigestName[];
  /** Largest size, delivered or decompressed. */
  readonly maxBytes: number;
  readonly limits: EngineLimits;
}

export class InputStream {
  readonly delivered: Digests;
  readonly decompressed: Digests;
  private readonly options: InputOptions;
  private readonly decoder: Decoder | null;

  constructor(options: InputOptions) {
    this.options = options;
    this.decoder = openDecoder(options.file, options.limits);
    this.delivered = new Digests([...new Set<DigestName>(['sha256', ...options.digests])]);
    this.decompressed = new Digests(this.decoder === null ? [] : options.digests);
  }

  /**
   * Decompressed chunks, each valid until the next is asked for. Throws CompressionFault; `delivered` goes on to the end
   * of the file all the same. `room` gives where the next bytes of a plain file are read to, null for a buffer of its own.
   */
  chunks(room: () => Buffer | null = () => null): AsyncGenerator<Buffer> {
    // Pieces of a decoder have memory of their own; a plain file is read to where its bytes stay.
    return this.decoder === null ? this.read(room) : ahead(this.read(room));
  }

  private async *read(room: () => Buffer | null): AsyncGenerator<Buffer, undefined> {
    const { decoder } = this;
    let fault: CompressionFault | null = null;
    for await (const chunk of this.deliveredChunks(decoder === null ? room : () => null)) {
      if (fault !== null) {
        continue;
      }
      try {
        yield* decoder === null ? this.plain(chunk) : this.decoded(decoder, chunk);
      } catch (error) {
        fault = asFault(error);
      }
    }
    if (fault === null && this.delivered.sizeBytes > 0) {
      decoder?.end();
    }
    decoder?.close();
    if (fault !== null) {
      throw fault;
    }
  }

  private async *deliveredChunks(room: () => Buffer | null): AsyncGenerator<Buffer> {
    const file = await open(this.options.path, 'r');
    try {
      const { chunkBytes } = this.options.limits;
      let own: Buffer | null = null;
      for (;;) {
        const buffer = room() ?? (own ??= Buffer.allocUnsafe(chunkBytes));
        const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.length, chunkBytes), null);
        if (bytesRead === 0) {
          return;
        }
        const chunk = buffer.subarray(0, bytesRead);
        this.delivered.update(chunk);
        yield chunk;
      }
    } finally {
      await file.close();
    }
  }

  private *plain(chunk: Buffer): Generator<Buffer> {
    if (this.decompressed.sizeBytes === 0) {
      refuseHiddenCompression(chunk);
    }
    this.decompressed.update(chunk);
    this.checkSize();
    yield chunk;
  }

  private async *decoded(decoder: Decoder, chunk: Buffer): AsyncGenerator<Buffer> {
    for await (const piece of decoder.push(chunk)) {
      this.decompressed.update(piece);
      this.checkSize();
      yield piece;
    }
  }

  private checkSize(): void {
    const { maxBytes, limits } = this.options;
    const size = this.decompressed.sizeBytes;
    if (size > Math.min(maxBytes, limits.maxDecompressedBytes)) {
      throw new CompressionFault('too_large', `The file has more than ${maxBytes} bytes.`);
    }
    if (size > limits.minExpansionBytes && size > this.delivered.sizeBytes * limits.maxExpansionRatio) {
      throw new CompressionFault('too_large', `The file expands to more than ${limits.maxExpansionRatio} times its size.`);
    }
  }
}

function asFault(error: unknown): CompressionFault {
  if (error instanceof CompressionFault) {
    return error;
  }
  throw error;
}

/**
 * What `source` gives; the next is made while the last is used. Memory of pieces that were used goes back at once: left to the garbage
 * collector, all of a large file's would be reason for hundreds of collections.
 */
async function* ahead(source: AsyncGenerator<Buffer, undefined>): AsyncGenerator<Buffer> {
  let last: Buffer | null = null;
  try {
    let coming = source.next();
    for (;;) {
      const { value } = await coming;
      if (value === undefined) return;
      if (last !== null) giveBackBefore(last, value);
      last = value;
      coming = source.next();
      // It throws when its turn comes; until then a failure must not end the process.
      coming.catch(() => undefined);
      yield value;
    }
  } finally {
    await source.return(undefined);
  }
}

/** `piece` was used, and `next` comes behind it: a decoder may still write behind both, where they are of the same memory. */
function giveBackBefore({ buffer }: Buffer, next: Buffer): void {
  if (buffer !== next.buffer && buffer instanceof ArrayBuffer) giveBack(new Uint8Array(buffer));
}

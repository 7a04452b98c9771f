/** What is written to a store, as a stream of chunks whose CRC32C and size are taken on the way. */
import type { Readable } from 'node:stream';
import { crc32c, crc32cHex } from '../identity/crc32c.ts';

export interface ContentMeter {
  readonly chunks: AsyncIterable<Uint8Array>;
  sizeBytes(): number;
  /** 8 lower-case hex digits over what went through so far. */
  crc32c(): string;
}

export function meterContent(content: Uint8Array | Readable): ContentMeter {
  let size = 0;
  let checksum = 0;
  async function* chunks(): AsyncGenerator<Uint8Array> {
    const source: AsyncIterable<Uint8Array> | Iterable<Uint8Array> = content instanceof Uint8Array ? [content] : content;
    for await (const chunk of source) {
      size += chunk.length;
      checksum = crc32c(chunk, checksum);
      yield chunk;
    }
  }
  return { chunks: chunks(), sizeBytes: () => size, crc32c: () => crc32cHex(checksum) };
}

/** The whole of a stream as one buffer. */
export async function collect(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Content cut into chunks of one size, so that each can be sent again; the last one is known to be the last. */
import type { Readable } from 'node:stream';

export interface ContentChunk {
  readonly bytes: Buffer;
  /** Of its first byte. */
  readonly offset: number;
  readonly isLast: boolean;
}

/** At least one chunk; the last may be empty only where there is no other. Holds two chunks at most. */
export async function* chunksOfContent(content: Uint8Array | Readable, chunkBytes: number): AsyncGenerator<ContentChunk, undefined> {
  const source: AsyncIterable<Uint8Array> | Iterable<Uint8Array> = content instanceof Uint8Array ? [content] : content;
  let offset = 0;
  let held: Uint8Array[] = [];
  let size = 0;
  for await (const piece of source) {
    held.push(piece);
    size += piece.length;
    // More than a chunk is there, so that it is not the last.
    while (size > chunkBytes) {
      const all = Buffer.concat(held);
      yield { bytes: all.subarray(0, chunkBytes), offset, isLast: false };
      offset += chunkBytes;
      held = [all.subarray(chunkBytes)];
      size -= chunkBytes;
    }
  }
  yield { bytes: Buffer.concat(held), offset, isLast: true };
  return undefined;
}

/** The bytes of one record as they were delivered, from the archive. Offsets count in the decompressed bytes. */
import { createGunzip } from 'node:zlib';
import { pipeline, type Readable } from 'node:stream';
import { MarketsError } from '../../core/errors/markets-error.ts';
import type { Decoder } from '../../core/engine/decompress/decoder.ts';
import { openDecoder } from '../../core/engine/decompress/open-decoder.ts';
import { ENGINE_LIMITS } from '../../core/engine/limits.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';

/** A record is at most as long as the engine allows; what is shown of it on a screen is shorter still. */
const RECORD_BYTES_MAX = 1024 * 1024;

export interface Span {
  readonly offset: number;
  readonly length: number;
}

/** Cost: the record where the object is plain, everything before it where it is compressed. */
export async function rawBytes(store: ObjectStore, object: string, span: Span): Promise<Buffer> {
  const length = Math.min(span.length, RECORD_BYTES_MAX);
  const decoder = openDecoder(object, ENGINE_LIMITS);
  if (decoder === null) return await store.read(object, { start: span.offset, end: span.offset + length, maxBytes: RECORD_BYTES_MAX });
  const chunks: Buffer[] = [];
  let at = 0;
  for await (const chunk of decompressed(await store.readStream(object), decoder)) {
    const from = Math.max(0, span.offset - at);
    const to = span.offset + length - at;
    if (from < chunk.length) chunks.push(chunk.subarray(from, Math.max(from, to)));
    at += chunk.length;
    if (at >= span.offset + length) break;
  }
  const bytes = Buffer.concat(chunks);
  if (bytes.length === length) return bytes;
  throw new MarketsError('STORE_CHECKSUM', `The archived file ${object} is shorter than its records say.`, {
    next: 'Run `markets audit verify`.',
  });
}

async function* decompressed(stream: AsyncIterable<Buffer>, decoder: Decoder): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of stream) yield* decoder.push(chunk);
  } finally {
    decoder.close();
  }
}

export function gunzipped(stream: Readable): AsyncIterable<Buffer> {
  const gunzip = createGunzip();
  // An error of either end is thrown where the bytes are read.
  pipeline(stream, gunzip, () => undefined);
  return gunzip;
}

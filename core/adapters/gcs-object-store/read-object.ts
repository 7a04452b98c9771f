/**
 * Reading: one generation, as a stream. A connection that breaks, stalls or ends early is taken up again at the byte where it broke, from the
 * same generation; a whole object is held to its size and CRC32C at the end, a range to its size.
 */
import { Readable } from 'node:stream';
import { MarketsError } from '../../errors/markets-error.ts';
import { crc32c, crc32cHex } from '../../identity/crc32c.ts';
import type { ReadOptions } from '../../ports/object-store.ts';
import type { Place } from './bucket-layout.ts';
import { changed, checksum, errorOfConnection } from './gcs-error.ts';
import { describe, isGeneration, objectPath } from './object-resource.ts';
import { retrying } from './retry.ts';
import { discard, refusedAnswer, type GcsAnswer, type GcsTransport } from './transport.ts';

export interface OpenObject {
  /** Of what will be read: the whole object or the range of it. */
  readonly sizeBytes: number;
  readonly stream: Readable;
}

interface Part {
  readonly answer: GcsAnswer | null;
  readonly sizeBytes: number;
  readonly generation: string;
  /** Of the whole object; null for a range. */
  readonly crc32c: string | null;
}

const BREAKS_MAX = 5;

export async function openObject(transport: GcsTransport, place: Place, name: string, read: ReadOptions): Promise<OpenObject> {
  if (read.generation !== undefined && !isGeneration(read.generation)) throw await notThisGeneration(transport, place, name);
  const first = await openPart(transport, place, name, read);
  const stream = Readable.from(chunksOf(transport, place, name, read, first), { objectMode: false });
  // A stream that nobody begins to read still has its connection.
  stream.once('close', () => {
    if (first.answer !== null) discard(first.answer);
  });
  return { sizeBytes: first.sizeBytes, stream };
}

async function notThisGeneration(transport: GcsTransport, place: Place, name: string): Promise<MarketsError> {
  const found = await describe(transport, place, name);
  return found === undefined ? new MarketsError('STORE_NOT_FOUND', `There is no object ${name}.`) : changed(name);
}

async function openPart(transport: GcsTransport, place: Place, name: string, read: ReadOptions): Promise<Part> {
  return await retrying(transport.limits, async () => {
    const answer = await transport.open({
      method: 'GET',
      path: objectPath(place),
      query: { alt: 'media', ...(read.generation === undefined ? {} : { ifGenerationMatch: read.generation }) },
      // As stored: a service that unpacks what was uploaded packed would send other bytes than the checksum is of.
      headers: { 'accept-encoding': 'gzip', 'cache-control': 'no-store', ...rangeHeader(read) },
      about: name,
    });
    if (answer.status === 416) {
      discard(answer);
      return { answer: null, sizeBytes: 0, generation: read.generation ?? '', crc32c: null };
    }
    if (answer.status !== 200 && answer.status !== 206) throw await refusedAnswer(answer, name);
    return partOf(answer, name, read);
  });
}

function rangeHeader({ start = 0, end }: ReadOptions): Readonly<Record<string, string>> {
  if (start === 0 && end === undefined) return {};
  return { range: `bytes=${String(start)}-${end === undefined ? '' : String(end - 1)}` };
}

function partOf(answer: GcsAnswer, name: string, read: ReadOptions): Part {
  const isWhole = answer.status === 200;
  const generation = answer.header('x-goog-generation') ?? read.generation;
  const sizeBytes = Number(answer.header('content-length') ?? Number.NaN);
  const hash = /crc32c=([A-Za-z0-9+/=]+)/.exec(answer.header('x-goog-hash') ?? '')?.[1];
  const isAsked = isWhole
    ? rangeHeader(read)['range'] === undefined
    : (answer.header('content-range') ?? '').startsWith(`bytes ${String(read.start ?? 0)}-`);
  if (!isAsked || generation === undefined || !Number.isSafeInteger(sizeBytes) || (isWhole && hash === undefined)) {
    discard(answer);
    throw new MarketsError('STORE_UNAVAILABLE', `The object store answered for ${name} without what was asked.`, {
      expected: 'the range, its length, the generation and its CRC32C',
      found: `status ${String(answer.status)}`,
    });
  }
  return { answer, sizeBytes, generation, crc32c: isWhole && hash !== undefined ? Buffer.from(hash, 'base64').toString('hex') : null };
}

async function* chunksOf(transport: GcsTransport, place: Place, name: string, read: ReadOptions, first: Part): AsyncGenerator<Buffer> {
  const start = read.start ?? 0;
  let at = 0;
  let sum = 0;
  let part = first;
  for (let breaks = 0; ; breaks++) {
    try {
      for await (const chunk of bodyOf(part)) {
        sum = crc32c(chunk, sum);
        at += chunk.length;
        yield chunk;
      }
      if (at >= first.sizeBytes) break;
      throw new Error('the answer ended early');
    } catch (error) {
      if (at >= first.sizeBytes || breaks >= BREAKS_MAX) throw errorOfConnection(error, name);
    } finally {
      if (part.answer !== null) discard(part.answer);
    }
    part = await openPart(transport, place, name, { start: start + at, end: start + first.sizeBytes, generation: first.generation });
  }
  if (at !== first.sizeBytes) throw checksum(name, `${String(first.sizeBytes)} bytes`, `${String(at)} bytes`);
  if (first.crc32c !== null && first.crc32c !== crc32cHex(sum)) throw checksum(name, first.crc32c, crc32cHex(sum));
}

async function* bodyOf({ answer }: Part): AsyncGenerator<Buffer> {
  if (answer !== null) yield* answer.body as AsyncIterable<Buffer>;
}

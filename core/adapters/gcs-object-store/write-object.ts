/**
 * Writing, each time under a precondition: "absent" to create, the generation that is there to replace. Small content goes in one request that
 * states its CRC32C, so that the service refuses other bytes; larger content in chunks (resumable-upload.ts). Key is the write id of
 * the call: a write whose answer was lost is known again, so that nobody is refused by his own write.
 */
import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { crc32c, crc32cHex } from '../../identity/crc32c.ts';
import type { WriteCondition } from '../../ports/object-store.ts';
import type { NamedPlace } from './bucket-layout.ts';
import { chunksOfContent, type ContentChunk } from './content-chunks.ts';
import { changed, checksum, exists } from './gcs-error.ts';
import { describe, type ObjectResource } from './object-resource.ts';
import { uploadInChunks } from './resumable-upload.ts';
import { retrying } from './retry.ts';
import type { GcsTransport } from './transport.ts';
import { metadataOf, uploaded, type Upload } from './upload.ts';

/** Somebody else replaces the same derived object in the same moment: he is let go first so often. */
const OVERWRITES_MAX = 5;

export async function writeObject(
  transport: GcsTransport,
  place: NamedPlace,
  content: Uint8Array | Readable,
  condition: WriteCondition,
): Promise<ObjectResource> {
  const chunks = chunksOfContent(content, transport.limits.chunkBytes);
  const { value: first } = await chunks.next();
  if (first === undefined) throw new Error('content has at least one chunk');
  for (let tries = 1; ; tries++) {
    const generation = 'ifAbsent' in condition ? '0' : ((await describe(transport, place, place.name))?.generation ?? '0');
    const upload: Upload = { place, generation, writeId: randomUUID() };
    const outcome = first.isLast ? await uploadWhole(transport, upload, first) : await uploadInChunks(transport, upload, first, chunks);
    if (outcome !== 'condition failed') return outcome;
    if ('ifAbsent' in condition) throw exists(place.name);
    if (tries >= OVERWRITES_MAX) throw changed(place.name);
  }
}

async function uploadWhole(transport: GcsTransport, upload: Upload, { bytes }: ContentChunk): Promise<ObjectResource | 'condition failed'> {
  const sum = crc32cHex(crc32c(bytes));
  const boundary = `markets-${upload.writeId}`;
  const body = multipart(boundary, metadataOf(upload, sum), bytes);
  const written = await retrying(transport.limits, async (earlier) => {
    const answer = await transport.json({
      method: 'POST',
      path: `/upload/storage/v1/b/${encodeURIComponent(upload.place.bucket)}/o`,
      query: { uploadType: 'multipart', name: upload.place.object, ifGenerationMatch: upload.generation },
      headers: { 'content-type': `multipart/related; boundary=${boundary}` },
      body,
      about: upload.place.name,
    });
    return await uploaded(transport, upload, earlier, answer);
  });
  if (written !== 'condition failed' && written.crc32c !== sum) throw checksum(upload.place.name, sum, written.crc32c);
  return written;
}

function multipart(boundary: string, metadata: string, bytes: Uint8Array): Buffer {
  const head = `--${boundary}\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n${metadata}\r\n--${boundary}\r\nContent-Type: application/octet-stream\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), bytes, Buffer.from(`\r\n--${boundary}--\r\n`)]);
}

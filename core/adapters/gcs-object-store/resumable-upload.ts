/**
 * A resumable upload: a session, chunks of which only the last is short, and after every break the question how far the service came. The object
 * appears with the last chunk, which states the CRC32C of the whole. Content that breaks ends the session, and no object appears.
 */
import { MarketsError } from '../../errors/markets-error.ts';
import { crc32c, crc32cHex } from '../../identity/crc32c.ts';
import type { ContentChunk } from './content-chunks.ts';
import { checksum } from './gcs-error.ts';
import { objectPath, type ObjectResource } from './object-resource.ts';
import { retrying } from './retry.ts';
import type { GcsJson, GcsTransport } from './transport.ts';
import { metadataOf, uploaded, type Upload } from './upload.ts';

type Outcome = ObjectResource | 'condition failed';

export async function uploadInChunks(
  transport: GcsTransport,
  upload: Upload,
  first: ContentChunk,
  rest: AsyncIterable<ContentChunk>,
): Promise<Outcome> {
  const session = await openSession(transport, upload);
  if (session === 'condition failed') return session;
  let sum = crc32c(first.bytes);
  try {
    await sendChunk(transport, upload, session, first, null);
    for await (const chunk of rest) {
      sum = crc32c(chunk.bytes, sum);
      const outcome = await sendChunk(transport, upload, session, chunk, crc32cHex(sum));
      if (outcome !== 'go on') return await checkedUpload(transport, upload, outcome, crc32cHex(sum));
    }
    throw new MarketsError('STORE_UNAVAILABLE', `The upload of ${upload.place.name} was not acknowledged.`);
  } catch (error) {
    await cancel(transport, upload, session);
    throw error;
  }
}

async function openSession(transport: GcsTransport, upload: Upload): Promise<string> {
  return await retrying(transport.limits, async () => {
    const answer = await transport.json({
      method: 'POST',
      path: `/upload/storage/v1/b/${encodeURIComponent(upload.place.bucket)}/o`,
      query: { uploadType: 'resumable', name: upload.place.object, ifGenerationMatch: upload.generation },
      headers: { 'content-type': 'application/json', 'x-upload-content-type': 'application/octet-stream' },
      body: Buffer.from(metadataOf(upload, null)),
      about: upload.place.name,
    });
    const location = answer.header('location');
    if (answer.status === 200 && location !== undefined) return location;
    const outcome = await uploaded(transport, upload, 0, answer);
    if (outcome === 'condition failed') return outcome;
    throw new MarketsError('STORE_UNAVAILABLE', `The object store began no upload of ${upload.place.name}.`);
  });
}

/** 'go on' where the service has the chunk and waits for more. */
async function sendChunk(
  transport: GcsTransport,
  upload: Upload,
  session: string,
  chunk: ContentChunk,
  sum: string | null,
): Promise<Outcome | 'go on'> {
  const end = chunk.offset + chunk.bytes.length;
  let has = chunk.offset;
  return await retrying(transport.limits, async (earlier) => {
    if (earlier > 0) {
      const status = await askHowFar(transport, upload, session);
      if (typeof status !== 'number') return status;
      if (status < chunk.offset || status > end) throw lostSession(upload, status);
      has = status;
      if (has === end && !chunk.isLast) return 'go on';
    }
    const answer = await transport.json({
      method: 'PUT',
      path: session,
      headers: {
        'content-range': rangeOf(has, end, chunk.isLast),
        ...(chunk.isLast && sum !== null ? { 'x-goog-hash': `crc32c=${Buffer.from(sum, 'hex').toString('base64')}` } : {}),
      },
      body: chunk.bytes.subarray(has - chunk.offset),
      about: upload.place.name,
    });
    if (answer.status !== 308) return await finished(transport, upload, earlier, answer);
    // Fewer bytes than were sent: the rest is sent after asking, as after a break.
    if (!chunk.isLast && received(answer) === end) return 'go on';
    throw new MarketsError('STORE_UNAVAILABLE', `The object store has a part of a chunk of ${upload.place.name} only.`);
  });
}

function rangeOf(from: number, end: number, isLast: boolean): string {
  const total = isLast ? String(end) : '*';
  return from === end ? `bytes */${total}` : `bytes ${String(from)}-${String(end - 1)}/${total}`;
}

/** The number of bytes that the service has, or the object where it has all of them. */
async function askHowFar(transport: GcsTransport, upload: Upload, session: string): Promise<number | Outcome> {
  const answer = await transport.json({
    method: 'PUT',
    path: session,
    headers: { 'content-range': 'bytes */*' },
    about: upload.place.name,
  });
  return answer.status === 308 ? received(answer) : await finished(transport, upload, 1, answer);
}

async function finished(transport: GcsTransport, upload: Upload, earlier: number, answer: GcsJson): Promise<Outcome> {
  if (answer.status !== 404 && answer.status !== 410) return await uploaded(transport, upload, earlier, answer);
  throw new MarketsError('STORE_REFUSED', `The upload session of ${upload.place.name} is gone.`, {
    found: `status ${String(answer.status)}`,
    next: 'Run again: the upload begins anew.',
  });
}

function received(answer: GcsJson): number {
  const last = /^bytes=0-(\d+)$/.exec(answer.header('range') ?? '')?.[1];
  return last === undefined ? 0 : Number(last) + 1;
}

function lostSession(upload: Upload, has: number): MarketsError {
  return new MarketsError('STORE_REFUSED', `The upload of ${upload.place.name} lost bytes that were acknowledged.`, {
    found: `${String(has)} bytes`,
  });
}

/** Bytes that are not those that were sent are not left where others read them. */
async function checkedUpload(transport: GcsTransport, upload: Upload, outcome: Outcome, sum: string): Promise<Outcome> {
  if (outcome === 'condition failed' || outcome.crc32c === sum) return outcome;
  const query = { ifGenerationMatch: outcome.generation };
  try {
    await transport.json({ method: 'DELETE', path: objectPath(upload.place), query, about: upload.place.name });
  } catch {
    // Nobody is told of the object's name in an event: it counts for nobody.
  }
  throw checksum(upload.place.name, sum, outcome.crc32c);
}

/** As good as it goes: a session that is left alone ends by itself after a week. */
async function cancel(transport: GcsTransport, upload: Upload, session: string): Promise<void> {
  try {
    await transport.json({ method: 'DELETE', path: session, about: upload.place.name });
  } catch {
    // The error that ended the upload is the one to report.
  }
}

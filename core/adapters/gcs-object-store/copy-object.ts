/**
 * Copying between buckets within the service: rewrite calls until it says done, each with the source's generation and "target absent". The
 * copy's CRC32C is held to the source's. Key is the write id of the call: a copy whose answer was lost is known again.
 */
import { randomUUID } from 'node:crypto';
import { MarketsError } from '../../errors/markets-error.ts';
import type { NamedPlace } from './bucket-layout.ts';
import { changed, checksum, errorOfRefusal, exists } from './gcs-error.ts';
import { describe, objectPath, writtenResource, WRITE_ID, type ObjectResource } from './object-resource.ts';
import { retrying } from './retry.ts';
import { member, type GcsJson, type GcsTransport } from './transport.ts';

/** The service copies at least 1 MiB a call, so that this is more than any object. */
const CALLS_MAX = 10_000_000;

export async function copyObject(
  transport: GcsTransport,
  from: NamedPlace,
  to: NamedPlace,
  sourceGeneration: string,
): Promise<ObjectResource> {
  const source = await describe(transport, from, from.name);
  if (source === undefined) throw new MarketsError('STORE_NOT_FOUND', `There is no object ${from.name}.`);
  if (source.generation !== sourceGeneration) throw changed(from.name);
  const copied = await rewrite(transport, from, to, sourceGeneration);
  if (copied.crc32c !== source.crc32c || copied.sizeBytes !== source.sizeBytes) throw checksum(to.name, source.crc32c, copied.crc32c);
  return copied;
}

async function rewrite(transport: GcsTransport, from: NamedPlace, to: NamedPlace, generation: string): Promise<ObjectResource> {
  const writeId = randomUUID();
  const body = Buffer.from(JSON.stringify({ contentType: 'application/octet-stream', metadata: { [WRITE_ID]: writeId } }));
  let token: string | null = null;
  for (let calls = 0; calls < CALLS_MAX; calls++) {
    const query = { ifGenerationMatch: '0', ifSourceGenerationMatch: generation, ...(token === null ? {} : { rewriteToken: token }) };
    const step = await retrying(transport.limits, async (earlier) => {
      const answer = await transport.json({
        method: 'POST',
        path: `${objectPath(from)}/rewriteTo${objectPath(to).slice('/storage/v1'.length)}`,
        query,
        headers: { 'content-type': 'application/json' },
        body,
        about: to.name,
      });
      return await stepOf(transport, from, to, generation, writeId, earlier, answer);
    });
    if (typeof step !== 'string') return step;
    token = step;
  }
  throw new MarketsError('STORE_REFUSED', `The copy ${to.name} came to no end.`);
}

/** The copy, or the token of the next call. */
async function stepOf(
  transport: GcsTransport,
  from: NamedPlace,
  to: NamedPlace,
  generation: string,
  writeId: string,
  earlier: number,
  answer: GcsJson,
): Promise<ObjectResource | string> {
  if (answer.status === 412) {
    const target = await describe(transport, to, to.name);
    if (earlier > 0 && target?.writeId === writeId) return target;
    const source = await describe(transport, from, from.name);
    if (source?.generation !== generation || target === undefined) throw changed(from.name);
    throw exists(to.name);
  }
  if (answer.status !== 200) throw errorOfRefusal(answer.refusal, answer.status === 404 ? from.name : to.name);
  const token = member(answer.data, 'rewriteToken');
  if (member(answer.data, 'done') === false && typeof token === 'string') return token;
  return writtenResource(transport, answer, to.name);
}

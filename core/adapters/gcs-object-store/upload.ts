/** What both ways of uploading share: the condition, the mark by which a write is known again, and what an answer means. */
import type { NamedPlace } from './bucket-layout.ts';
import { errorOfRefusal, isAboutBucket, missingBucket } from './gcs-error.ts';
import { describe, writtenResource, WRITE_ID, type ObjectResource } from './object-resource.ts';
import type { GcsJson, GcsTransport } from './transport.ts';

export interface Upload {
  readonly place: NamedPlace;
  /** '0' for absent, else the generation to replace. */
  readonly generation: string;
  readonly writeId: string;
}

/** What an upload's last answer means. `earlier` attempts whose outcome is not known may have done it. */
export async function uploaded(
  transport: GcsTransport,
  { place, writeId }: Upload,
  earlier: number,
  answer: GcsJson,
): Promise<ObjectResource | 'condition failed'> {
  if (answer.status === 200 || answer.status === 201) return writtenResource(transport, answer, place.name);
  if (answer.status === 412) {
    const there = earlier > 0 ? await describe(transport, place, place.name) : undefined;
    return there?.writeId === writeId ? there : 'condition failed';
  }
  if (answer.status === 404) throw missingBucket(place.name, isAboutBucket(answer.refusal) ? answer.refusal.message : 'status 404');
  throw errorOfRefusal(answer.refusal, place.name);
}

/** `sum` null where it is not known before the last byte. */
export function metadataOf({ writeId }: Upload, sum: string | null): string {
  const checksum = sum === null ? {} : { crc32c: Buffer.from(sum, 'hex').toString('base64') };
  return JSON.stringify({ contentType: 'application/octet-stream', metadata: { [WRITE_ID]: writeId }, ...checksum });
}

/** The real server behind the front, and the rules of the service that it does not keep itself: preconditions, and which of two things is missing. */
import { request } from 'undici';
import type { GcsCall } from './gcs-call.ts';

export interface WholeAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface WholeRequest {
  readonly method: string;
  readonly address: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Of one connection, or not true of what is sent on. */
const HOP_HEADERS = new Set(['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'host', 'expect']);

export async function forward(endpoint: string, whole: WholeRequest): Promise<WholeAnswer> {
  const { statusCode, headers, body } = await request(new URL(whole.address, endpoint), {
    method: whole.method as 'GET',
    headers: withoutHops(whole.headers),
    body: whole.body.length === 0 ? null : whole.body,
  });
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) kept[name] = Array.isArray(value) ? value.join(',') : value;
  }
  return { status: statusCode, headers: withoutHops(kept), body: Buffer.from(await body.arrayBuffer()) };
}

/** The answer of the service to a call whose preconditions do not hold; null where they do. */
export async function failedPrecondition(endpoint: string, call: GcsCall): Promise<WholeAnswer | null> {
  const source = call.query.get('ifSourceGenerationMatch');
  if (call.operation === 'rewrite' && source !== null) {
    const there = await generationOf(endpoint, call);
    // A source that is not there is the server's own 404.
    if (there !== '0' && there !== source) return conditionNotMet();
  }
  const wanted = call.query.get('ifGenerationMatch');
  if (wanted === null) return null;
  const there = await generationOf(endpoint, call.target ?? call);
  const isToBeThere = call.operation === 'media' || call.operation === 'stat' || call.operation === 'delete';
  if (there === '0' && isToBeThere) return null;
  return there === wanted ? null : conditionNotMet();
}

/** What the service says where the bucket itself is missing. */
export async function withMissingBucket(endpoint: string, call: GcsCall, answer: WholeAnswer): Promise<WholeAnswer> {
  if (answer.status !== 404 || call.bucket === '') return answer;
  for (const bucket of [call.bucket, call.target?.bucket ?? call.bucket]) {
    const asked = await forward(endpoint, { method: 'GET', address: `/storage/v1/b/${bucket}`, headers: {}, body: Buffer.alloc(0) });
    if (asked.status === 404) return errorAnswer(404, 'notFound', 'The specified bucket does not exist.');
  }
  return answer;
}

export function errorAnswer(status: number, reason: string, message: string): WholeAnswer {
  const error = { code: status, message, errors: [{ domain: 'global', reason, message }] };
  return { status, headers: { 'content-type': 'application/json' }, body: Buffer.from(JSON.stringify({ error })) };
}

function conditionNotMet(): WholeAnswer {
  return errorAnswer(412, 'conditionNotMet', 'At least one of the pre-conditions you specified did not hold.');
}

async function generationOf(endpoint: string, place: { readonly bucket: string; readonly object: string }): Promise<string> {
  const address = `/storage/v1/b/${encodeURIComponent(place.bucket)}/o/${encodeURIComponent(place.object)}`;
  const answer = await forward(endpoint, { method: 'GET', address, headers: {}, body: Buffer.alloc(0) });
  if (answer.status !== 200) return '0';
  return (JSON.parse(answer.body.toString()) as { readonly generation: string }).generation;
}

function withoutHops(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_HEADERS.has(name)));
}

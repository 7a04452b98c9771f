/**
 * Upload sessions as the service keeps them: how far each came, whatever was asked twice, and the object once it is whole. (fake-gcs-server ends an
 * upload where it is asked how far it came, and appends a chunk that it has already.)
 */
import type { GcsCall } from './gcs-call.ts';
import { errorAnswer, type WholeAnswer, type WholeRequest } from './gcs-upstream.ts';

export interface GcsUploads {
  /** The answer to a call of a session; `pass` sends it on to the server. */
  answer(call: GcsCall, whole: WholeRequest, pass: (whole: WholeRequest) => Promise<WholeAnswer>): Promise<WholeAnswer>;
}

interface Session {
  has: number;
  /** The answer with the object. */
  whole: WholeAnswer | null;
}

export function createUploads(): GcsUploads {
  const sessions = new Map<string, Session>();

  async function chunk(session: Session, whole: WholeRequest, pass: (whole: WholeRequest) => Promise<WholeAnswer>): Promise<WholeAnswer> {
    const range = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(whole.headers['content-range'] ?? '');
    if (range === null) return errorAnswer(400, 'invalid', 'Invalid Content-Range.');
    // What the service has already it does not take again; behind a gap it takes nothing.
    const skip = session.has - Number(range[1]);
    if (skip < 0 || skip > whole.body.length) return howFar(session);
    const contentRange = `bytes ${String(session.has)}-${String(range[2])}/${String(range[3])}`;
    const answer = await pass({ ...whole, headers: { ...whole.headers, 'content-range': contentRange }, body: whole.body.subarray(skip) });
    if (answer.status === 308) {
      session.has = Number(range[2]) + 1;
      return howFar(session);
    }
    if (answer.status === 200) session.whole = answer;
    return answer;
  }

  return {
    async answer(call, whole, pass) {
      const id = call.query.get('upload_id') ?? '';
      if (call.operation === 'session') {
        const answer = await pass(whole);
        const begun = new URL(answer.headers['location'] ?? 'http://none').searchParams.get('upload_id');
        if (begun !== null) sessions.set(begun, { has: 0, whole: null });
        return answer;
      }
      const session = sessions.get(id);
      if (session === undefined) return errorAnswer(404, 'notFound', 'No such upload.');
      if (call.operation === 'cancel') {
        sessions.delete(id);
        return { status: 499, headers: {}, body: Buffer.alloc(0) };
      }
      if (session.whole !== null) return session.whole;
      return call.operation === 'progress' ? howFar(session) : await chunk(session, whole, pass);
    },
  };
}

function howFar({ has }: Session): WholeAnswer {
  return { status: 308, headers: has === 0 ? {} : { range: `bytes=0-${String(has - 1)}` }, body: Buffer.alloc(0) };
}

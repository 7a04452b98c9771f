/**
 * An HTTP front before a server of the tests, in this process: it keeps the rules of the service that the server does not, counts the calls, and
 * makes the faults that a test asks for. Other processes reach it as they reach the server.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { readCall, type GcsCall } from './gcs-call.ts';
import { createFaults, type GcsFault, type InjectedFault } from './gcs-faults.ts';
import { createUploads, type GcsUploads } from './gcs-uploads.ts';
import { createTimes } from './gcs-times.ts';
import { errorAnswer, failedPrecondition, forward, withMissingBucket, type WholeAnswer, type WholeRequest } from './gcs-upstream.ts';

export interface GcsFront {
  /** http://127.0.0.1:<port>, in place of the server's own. */
  readonly endpoint: string;
  inject(fault: GcsFault, when: (call: GcsCall) => boolean, times?: number): InjectedFault;
  /** Since the beginning, or since `forgetCalls`. */
  calls(): readonly GcsCall[];
  forgetCalls(): void;
  /** The service's clock is so far ahead of this machine's from now on, in Date and in the times of objects that are written. */
  setSkewMs(skewMs: number): void;
  /** A copy takes so many calls, as it does for large objects between places. */
  setRewriteCalls(calls: number): void;
  stop(): Promise<void>;
}

const WRITES = new Set(['insert', 'chunk', 'rewrite']);

/** `upstream` is the address of the real server; its buckets have to be there. */
export async function startGcsFront(upstream: string): Promise<GcsFront> {
  const faults = createFaults();
  const uploads = createUploads();
  const times = createTimes();
  const state = { calls: [] as GcsCall[], counted: 0, rewriteCalls: 1 };
  let busy: Promise<unknown> = Promise.resolve();
  let endpoint = '';
  // One after the other: a precondition that was looked at still holds when the server acts.
  async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = busy.then(work, work);
    busy = mine.catch(() => undefined);
    return await mine;
  }
  async function serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const whole = await wholeRequest(incoming);
    const call = readCall((state.counted += 1), whole.method, whole.address, whole.headers['content-range']);
    state.calls.push(call);
    const fault = faults.take(call);
    if (fault?.kind === 'stall') return;
    if (fault?.kind === 'reset') {
      incoming.socket.resetAndDestroy();
      return;
    }
    if (fault?.kind === 'status') {
      await send(outgoing, faultStatus(fault), null, times.date());
      return;
    }
    if (fault?.kind === 'delay') await wait(fault.delayMs);
    const sent = fault?.kind === 'damaged upload' ? { ...whole, body: damaged(whole.body) } : whole;
    const answer = await inTurn(async () => await answerOf({ upstream, endpoint, uploads }, call, sent, state.rewriteCalls));
    const timed = call.operation === 'media' ? answer : { ...answer, body: times.body(answer, WRITES.has(call.operation)) };
    if (fault?.kind === 'lost answer') incoming.socket.resetAndDestroy();
    else await send(outgoing, timed, fault, times.date());
  }
  const server = createServer((incoming, outgoing) => {
    serve(incoming, outgoing).catch(() => incoming.socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  endpoint = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return {
    endpoint,
    inject: (fault, when, times) => faults.inject(fault, when, times),
    calls: () => state.calls,
    forgetCalls: () => {
      state.calls = [];
      state.counted = 0;
    },
    setSkewMs: (skewMs) => times.set(skewMs),
    setRewriteCalls: (calls) => {
      state.rewriteCalls = calls;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answerOf(
  { upstream, endpoint, uploads }: { readonly upstream: string; readonly endpoint: string; readonly uploads: GcsUploads },
  call: GcsCall,
  whole: WholeRequest,
  rewriteCalls: number,
): Promise<WholeAnswer> {
  const failed = await failedPrecondition(upstream, call);
  if (failed !== null) return failed;
  const done = Number(call.query.get('rewriteToken') ?? '0') + 1;
  if (call.operation === 'rewrite' && done < rewriteCalls) return unfinishedRewrite(done);
  const pass = async (one: WholeRequest): Promise<WholeAnswer> => await forward(upstream, one);
  const isUpload = ['session', 'chunk', 'progress', 'cancel'].includes(call.operation);
  const answered = isUpload ? await uploads.answer(call, whole, pass) : await pass(whole);
  const answer = isUpload && call.operation !== 'session' ? answered : await withMissingBucket(upstream, call, answered);
  const location = answer.headers['location'];
  if (location === undefined) return answer;
  return { ...answer, headers: { ...answer.headers, location: location.replace(new URL(location).origin, endpoint) } };
}

function unfinishedRewrite(done: number): WholeAnswer {
  const body = { kind: 'storage#rewriteResponse', done: false, rewriteToken: String(done), totalBytesRewritten: '1', objectSize: '2' };
  return { status: 200, headers: { 'content-type': 'application/json' }, body: Buffer.from(JSON.stringify(body)) };
}

function faultStatus({ status, reason, retryAfterSeconds }: Extract<GcsFault, { kind: 'status' }>): WholeAnswer {
  const answer = errorAnswer(status, reason ?? 'injected', 'Injected by a test.');
  return retryAfterSeconds === undefined ? answer : { ...answer, headers: { ...answer.headers, 'retry-after': String(retryAfterSeconds) } };
}

async function send(outgoing: ServerResponse, answer: WholeAnswer, fault: GcsFault | null, date: string): Promise<void> {
  const body = fault?.kind === 'damaged' ? damaged(answer.body) : answer.body;
  outgoing.writeHead(answer.status, { ...answer.headers, date, 'content-length': String(body.length) });
  if (fault?.kind !== 'truncated' && fault?.kind !== 'stalled body') {
    outgoing.end(body);
    return;
  }
  await new Promise((resolve) => outgoing.write(body.subarray(0, Math.floor(body.length / 2)), resolve));
  if (fault.kind === 'truncated') outgoing.socket?.destroySoon();
}

function damaged(body: Buffer): Buffer {
  const other = Buffer.from(body);
  const middle = Math.floor(other.length / 2);
  if (other.length > 0) other[middle] = (other[middle] ?? 0) ^ 1;
  return other;
}

async function wholeRequest(incoming: IncomingMessage): Promise<WholeRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) if (typeof value === 'string') headers[name] = value;
  return { method: incoming.method ?? 'GET', address: incoming.url ?? '/', headers, body: Buffer.concat(chunks) };
}

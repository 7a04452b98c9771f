/**
 * An HTTP front before a BigQuery emulator: it answers 409 to a job id that was used, as BigQuery does and the emulator does not, and does to
 * chosen calls what networks and servers do. Everything else goes through as it is.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { withDecodedBytes, withPlainUris } from './plain-uris.ts';

export type Fault =
  /** Status 503, and the emulator never sees the call. */
  | 'unavailable'
  /** The connection is reset before the emulator sees the call. */
  | 'reset'
  /** The emulator does what was asked, and the answer is lost. */
  | 'lost'
  /** Half of the answer, then a reset. */
  | 'truncated'
  /** No answer, ever. */
  | 'stall'
  /** A job that is DONE with an error of BigQuery's own, without having run. */
  | 'job-fails'
  /** A job that is DONE with an error that stays. */
  | 'job-invalid'
  /** A job that is still running when it is first looked at. */
  | 'running';

export interface FaultRule {
  readonly fault: Fault;
  /** `GET path` or `POST path` of the call, below projects/<project>/; of jobs also what their body holds. */
  readonly call: RegExp;
  /** How often; 1 by default. */
  times?: number;
}

export interface BigqueryFront {
  readonly endpoint: string;
  /** Rules that were not used up. */
  readonly rules: FaultRule[];
  /** `METHOD path` of every call, jobs with their id. */
  readonly calls: string[];
  stop(): Promise<void>;
}

interface Call {
  readonly method: string;
  readonly path: string;
  readonly body: string;
  readonly jobId: string | null;
}

const PREFIX = /^\/bigquery\/v2\/projects\/[^/]+\//;

/** `gcsFolder` as of the emulator, where objects with `key=value` in their names are loaded. */
export async function startBigqueryFront(target: string, gcsFolder: string | null = null): Promise<BigqueryFront> {
  const rules: FaultRule[] = [];
  const calls: string[] = [];
  const jobs = new Map<string, string>();
  const server = createServer((request, response) => {
    answer(request, response, { target, gcsFolder, rules, calls, jobs }).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('expected a port, found none');
  return {
    endpoint: `http://127.0.0.1:${String(address.port)}`,
    rules,
    calls,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Front {
  readonly target: string;
  readonly gcsFolder: string | null;
  readonly rules: FaultRule[];
  readonly calls: string[];
  /** Jobs that were sent, with the answer where it is ours and not the emulator's. */
  readonly jobs: Map<string, string>;
}

async function answer(request: IncomingMessage, response: ServerResponse, front: Front): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const call = callOf(request, Buffer.concat(chunks).toString('utf8'));
  front.calls.push(`${call.method} ${call.path}${call.jobId === null ? '' : ` ${call.jobId}`}`);
  const fault = faultOf(call, front.rules);
  if (fault === 'unavailable') {
    send(response, 503, errorBody(503, 'backendError'));
    return;
  }
  if (fault === 'reset') {
    response.destroy();
    return;
  }
  if (fault === 'stall') return;
  const own = ownAnswer(call, fault, front.jobs);
  if (own !== null) {
    send(response, own.status, own.body);
    return;
  }
  // The id is used from the moment that the call is here, whoever else sends it meanwhile.
  if (call.jobId !== null) front.jobs.set(call.jobId, SENT);
  const body =
    front.gcsFolder === null ? call.body : await withDecodedBytes(await withPlainUris(call.body, front.gcsFolder), front.gcsFolder);
  const answered = await fetch(`${front.target}${request.url ?? ''}`, {
    method: call.method,
    headers: { 'content-type': 'application/json' },
    ...(body === '' ? {} : { body }),
  });
  const text = await answered.text();
  if (call.jobId !== null) {
    if (answered.ok) front.jobs.set(call.jobId, fault === 'running' ? RUNNING : '');
    else front.jobs.delete(call.jobId);
  }
  if (fault === 'lost') {
    response.destroy();
    return;
  }
  if (fault === 'truncated') {
    truncate(response, text);
    return;
  }
  send(response, answered.status, fault === 'running' ? text.replaceAll('"DONE"', '"RUNNING"') : text);
}

/** On its way to the emulator, and said to be running once more. */
const SENT = 'sent';
const RUNNING = 'running';

function callOf(request: IncomingMessage, body: string): Call {
  const path = (request.url ?? '').replace(PREFIX, '').split('?')[0] ?? '';
  const method = request.method ?? 'GET';
  const reference = /"jobId"\s*:\s*"([^"]+)"/.exec(body);
  return { method, path, body, jobId: method === 'POST' && path === 'jobs' ? (reference?.[1] ?? null) : null };
}

function faultOf(call: Call, rules: FaultRule[]): Fault | null {
  const index = rules.findIndex(({ call: pattern }) => pattern.test(`${call.method} ${call.path} ${call.jobId ?? ''} ${call.body}`));
  const rule = rules[index];
  if (rule === undefined) return null;
  rule.times = (rule.times ?? 1) - 1;
  if (rule.times <= 0) rules.splice(index, 1);
  return rule.fault;
}

/** What the front answers by itself: a job id that was used, and jobs that it made fail. */
function ownAnswer(call: Call, fault: Fault | null, jobs: Map<string, string>): { readonly status: number; readonly body: string } | null {
  if (call.jobId !== null) {
    if (jobs.has(call.jobId)) return { status: 409, body: errorBody(409, 'duplicate') };
    if (fault !== 'job-fails' && fault !== 'job-invalid') return null;
    const body = failedJob(call.jobId, fault === 'job-fails' ? 'backendError' : 'invalid');
    jobs.set(call.jobId, body);
    return { status: 200, body };
  }
  // Whoever asks for the rows of a job that failed is told why, with the status of the reason.
  const asked = /^queries\/([^/]+)$/.exec(call.path)?.[1];
  if (asked !== undefined && jobs.get(asked)?.includes('"reason":"invalid"') === true)
    return { status: 400, body: errorBody(400, 'invalid') };
  const looked = /^jobs\/([^/]+)$/.exec(call.path)?.[1];
  const known = looked === undefined ? undefined : jobs.get(looked);
  if (looked === undefined || known === undefined || known === '') return null;
  if (known !== RUNNING && known !== SENT) return { status: 200, body: known };
  if (known === RUNNING) jobs.set(looked, '');
  return { status: 200, body: JSON.stringify({ jobReference: { jobId: looked }, status: { state: 'RUNNING' } }) };
}

function failedJob(jobId: string, reason: string): string {
  const errorResult = { reason, message: 'made to fail' };
  return JSON.stringify({ jobReference: { jobId }, status: { state: 'DONE', errorResult, errors: [errorResult] }, statistics: {} });
}

function errorBody(code: number, reason: string): string {
  return JSON.stringify({ error: { code, message: reason, errors: [{ reason, message: reason }] } });
}

function send(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(body);
}

function truncate(response: ServerResponse, text: string): void {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) });
  response.write(text.slice(0, text.length / 2), () => response.destroy());
}

/**
 * Requests of the JSON API: one attempt each, with every time limit said, over connections that are used again. Why not by the methods of
 * @google-cloud/storage: docs/decisions/0010.
 */
import { Agent, request, type Dispatcher } from 'undici';
import { MarketsError } from '../../errors/markets-error.ts';
import type { Authorization } from './credentials.ts';
import { errorOfConnection, errorOfRefusal, type Refusal } from './gcs-error.ts';
import type { GcsLimits } from './gcs-limits.ts';
import type { StoreClock } from './store-clock.ts';

export interface GcsRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below the service's address, or the whole address of an upload session. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** The object or bucket, for messages. */
  readonly about: string;
}

export interface GcsAnswer {
  readonly status: number;
  header(name: string): string | undefined;
  readonly body: Dispatcher.ResponseData['body'];
  /** By performance.now(), for the clock. */
  readonly sentMs: number;
}

export interface GcsJson extends Omit<GcsAnswer, 'body'> {
  readonly data: unknown;
  readonly refusal: Refusal;
}

export interface GcsTransport {
  readonly limits: GcsLimits;
  readonly clock: StoreClock;
  /** The answer whatever its status; its body has to be read or destroyed. STORE_UNAVAILABLE where the connection breaks. */
  open(request: GcsRequest): Promise<GcsAnswer>;
  /** The whole answer, for those that are small; `refusal` tells what a status other than 2xx means. */
  json(request: GcsRequest): Promise<GcsJson>;
}

const ANSWER_BYTES_MAX = 16 * 1024 * 1024;

export function createTransport(endpoint: string, authorize: Authorization, limits: GcsLimits, clock: StoreClock): GcsTransport {
  const origin = new URL(endpoint).origin;
  const dispatcher = new Agent({
    connections: limits.connectionsMax,
    pipelining: 1,
    allowH2: false,
    connect: { timeout: limits.connectMs },
    headersTimeout: limits.headersMs,
    bodyTimeout: limits.idleMs,
  });

  async function open({ method, path, query, headers, body, about }: GcsRequest, signal: AbortSignal | null): Promise<GcsAnswer> {
    const url = new URL(path, origin);
    // An upload session's address comes from the service: what is sent there has to stay with the service.
    if (url.origin !== origin)
      throw new MarketsError('STORE_REFUSED', `The object store names another server for ${about}.`, { expected: origin });
    for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, value);
    const authorization = await authorize(url.href);
    const sentMs = performance.now();
    try {
      const answer = await request(url, { method, headers: { ...headers, ...authorization }, body: body ?? null, dispatcher, signal });
      const header = (name: string): string | undefined => first(answer.headers[name]);
      const dateMs = Date.parse(header('date') ?? '');
      if (!Number.isNaN(dateMs)) clock.sample(dateMs, 1000, sentMs, performance.now());
      return { status: answer.statusCode, header, body: answer.body, sentMs };
    } catch (error) {
      throw errorOfConnection(error, about);
    }
  }

  return {
    limits,
    clock,
    open: async (one) => await open(one, null),
    async json(one) {
      const { body, ...answer } = await open(one, AbortSignal.timeout(limits.attemptMs));
      const text = await textOf(body, one.about);
      const data = parsed(text);
      return { ...answer, data, refusal: refusalOf(answer, data, text) };
    },
  };
}

/** The error that a refused answer stands for, its body read. */
export async function refusedAnswer(answer: GcsAnswer, about: string): Promise<MarketsError> {
  const text = await textOf(answer.body, about);
  return errorOfRefusal(refusalOf(answer, parsed(text), text), about);
}

/** Leaves the rest of an answer; its connection is not used again. */
export function discard(answer: GcsAnswer): void {
  answer.body.on('error', () => undefined);
  answer.body.destroy();
}

async function textOf(body: GcsAnswer['body'], about: string): Promise<string> {
  try {
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of body as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      if ((size += chunk.length) > ANSWER_BYTES_MAX) throw new Error('an answer of more than 16 MiB');
    }
    return Buffer.concat(chunks).toString('utf8');
  } catch (error) {
    throw errorOfConnection(error, about);
  }
}

function refusalOf(answer: Omit<GcsAnswer, 'body'>, data: unknown, text: string): Refusal {
  const error = member(data, 'error');
  const reasons: unknown = member(error, 'errors');
  const reason: unknown = Array.isArray(reasons) ? member(reasons[0], 'reason') : undefined;
  const message = member(error, 'message') ?? (typeof error === 'string' ? error : data === undefined ? text : '');
  const seconds = Number(answer.header('retry-after') ?? Number.NaN);
  return {
    status: answer.status,
    reason: typeof reason === 'string' ? reason : '',
    message: typeof message === 'string' ? message : '',
    retryAfterMs: Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : null,
  };
}

/** A member of an answer that may be anything. */
export function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? new Map<string, unknown>(Object.entries(value)).get(name) : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function first(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(',') : value;
}

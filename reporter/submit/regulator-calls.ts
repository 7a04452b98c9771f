/** Calls of one regulator over HTTP: one attempt each, every time limit said, answers bounded. Nothing here tries again. */
import { Agent, request } from 'undici';
import { brokenCall, type BrokenCall } from './connection-fault.ts';
import type { DestinationLimits } from './destination.ts';

export interface RegulatorCall {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | null;
}

export interface RegulatorAnswer {
  readonly status: number;
  /** By the lower-case name. */
  header(name: string): string | undefined;
  /** Without parameters, lower-case; empty where the answer has none. */
  readonly contentType: string;
  readonly bytes: Buffer;
}

export interface RegulatorCalls {
  make(call: RegulatorCall): Promise<RegulatorAnswer | BrokenCall>;
  close(): Promise<void>;
}

/** PEM. Client certificate and key are there both or neither. */
export interface TlsMaterial {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

const HEADER_BYTES_MAX = 16_384;
/** Below the time after which servers close what is idle, so that a request seldom meets a connection that is being closed. */
const KEEP_ALIVE_MS = 4_000;

export function openRegulatorCalls(limits: DestinationLimits, connections: number, tls: TlsMaterial): RegulatorCalls {
  const dispatcher = new Agent({
    connections,
    pipelining: 1,
    allowH2: false,
    connect: { timeout: limits.connect_seconds * 1000, rejectUnauthorized: true, ...tls },
    headersTimeout: limits.headers_seconds * 1000,
    bodyTimeout: limits.body_seconds * 1000,
    keepAliveTimeout: KEEP_ALIVE_MS,
    keepAliveMaxTimeout: KEEP_ALIVE_MS,
    maxHeaderSize: HEADER_BYTES_MAX,
    maxResponseSize: limits.answer_bytes_max,
  });

  async function make({ method, url, headers, body }: RegulatorCall): Promise<RegulatorAnswer | BrokenCall> {
    const signal = AbortSignal.timeout(limits.call_seconds * 1000);
    try {
      const answer = await request(url, { method, headers: { ...headers }, body, dispatcher, signal });
      const bytes = Buffer.from(await answer.body.arrayBuffer());
      const header = (name: string): string | undefined => single(answer.headers[name]);
      const contentType = (header('content-type') ?? '').split(';', 1)[0] ?? '';
      return { status: answer.statusCode, header, contentType: contentType.trim().toLowerCase(), bytes };
    } catch (error) {
      return brokenCall(error);
    }
  }

  return { make, close: async () => await dispatcher.destroy() };
}

export function isBroken(answer: RegulatorAnswer | BrokenCall): answer is BrokenCall {
  return 'maybeTaken' in answer;
}

/** A header that came twice with two values says nothing that can be relied on. */
function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? (new Set(value).size === 1 ? value[0] : undefined) : value;
}

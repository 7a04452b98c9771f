/**
 * Calls of BigQuery's REST API through Google's client, which brings credentials and endpoint. Its own retries are off: here every call has a
 * deadline and a bounded number of attempts. So every call must be safe to repeat: reads are, and a job carries an id that can be used once.
 * Answers are the wire's JSON, in which every number is a text: nothing has passed through a float.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { BigQuery } from '@google-cloud/bigquery';
import { OAuth2Client } from 'google-auth-library';
import { ApiFault, apiFault, isTransient } from './api-fault.ts';

export interface BigqueryLimits {
  /** Of one attempt at a call. */
  readonly callMs: number;
  readonly attemptsMax: number;
  /** Before the second attempt; doubled before each further one, at most WAIT_MS_MAX. */
  readonly retryWaitMs: number;
  /** Of one job, from its sending to its end. */
  readonly jobMs: number;
}

export interface BigqueryOptions {
  readonly project: string;
  /** Region or multi-region of the datasets, e.g. EU. */
  readonly location: string;
  /** In front of every dataset; '' for none. */
  readonly datasetPrefix: string;
  /** http://host:port of an emulator, which takes any credentials; null for Google's own. */
  readonly apiEndpoint: string | null;
  /** A query that would read more is refused, by us before it runs and by BigQuery. */
  readonly maximumBytesBilled: bigint;
  /** On every job, for the bill. */
  readonly labels: Readonly<Record<string, string>>;
  readonly limits?: Partial<BigqueryLimits>;
}

export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Below projects/<project>. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export interface BigqueryConnection {
  readonly options: BigqueryOptions;
  readonly limits: BigqueryLimits;
  /** Throws ApiFault: the last one where every attempt failed. */
  call(request: ApiRequest): Promise<unknown>;
}

const LIMITS: BigqueryLimits = { callMs: 60_000, attemptsMax: 6, retryWaitMs: 500, jobMs: 3_600_000 };
const WAIT_MS_MAX = 16_000;

export function connectBigquery(options: BigqueryOptions): BigqueryConnection {
  const limits = { ...LIMITS, ...options.limits };
  const client = new BigQuery({
    projectId: options.project,
    location: options.location,
    retryOptions: { autoRetry: false, maxRetries: 0 },
    ...(options.apiEndpoint === null ? {} : { apiEndpoint: options.apiEndpoint, authClient: anyCredentials() }),
  });
  client.timeout = limits.callMs;
  return { options, limits, call: async (request) => await callWithRetries(client, request, limits) };
}

/** An emulator asks for credentials and looks at none. */
function anyCredentials(): OAuth2Client {
  const client = new OAuth2Client();
  client.setCredentials({ access_token: 'emulator' });
  return client;
}

async function callWithRetries(client: BigQuery, request: ApiRequest, limits: BigqueryLimits): Promise<unknown> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await callOnce(client, request, limits.callMs);
    } catch (error) {
      if (!(error instanceof ApiFault) || !isTransient(error) || attempt >= limits.attemptsMax) throw error;
      await wait(Math.min(limits.retryWaitMs * 2 ** (attempt - 1), WAIT_MS_MAX));
    }
  }
}

async function callOnce(client: BigQuery, { method, path, query, body }: ApiRequest, callMs: number): Promise<unknown> {
  const call = new Promise<unknown>((resolve, reject) => {
    const options = { method, uri: path, qs: { ...query }, ...(body === undefined ? {} : { json: body }) };
    client.request(options, (error: unknown, answer: unknown) => {
      if (error === null || error === undefined) resolve(answer);
      else reject(apiFault(error));
    });
  });
  const patience = new AbortController();
  // The client's own time limit ends with the head of an answer; this one holds until its end.
  const late = wait(callMs, undefined, { signal: patience.signal }).then(() => {
    throw new ApiFault(null, 'timeout', `no answer within ${String(callMs)} ms`);
  });
  late.catch(() => undefined);
  call.catch(() => undefined);
  try {
    return await Promise.race([call, late]);
  } finally {
    patience.abort();
  }
}

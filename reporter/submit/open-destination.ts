/** One destination with all that stands between a caller and its regulator: breaker, places, rate, credentials. */
import type { Secrets } from '../../core/ports/secrets.ts';
import type { Time } from '../../core/time/time.ts';
import { createAccessTokens, type AccessTokens } from './access-token.ts';
import { createCallRate } from './call-rate.ts';
import { createCallSlots } from './call-slots.ts';
import { createCircuitBreaker, type CallEnd, type BreakerState } from './circuit-breaker.ts';
import type { BrokenCall } from './connection-fault.ts';
import { checkDestination, type Destination } from './destination.ts';
import { isBroken, openRegulatorCalls, type RegulatorAnswer, type RegulatorCall, type TlsMaterial } from './regulator-calls.ts';
import type { DestinationState } from './submit-observation.ts';

/** No call was made, so certainly nothing was sent. */
export interface Withheld {
  readonly withheld: 'breaker_open' | 'too_many_waiting' | 'no_token' | 'closing';
  readonly afterMs: number | null;
}

export interface OpenDestination {
  readonly settings: Destination;
  /** The address of a path below the destination's. */
  address(path: string, query?: Readonly<Record<string, string>>): URL;
  /** How long the breaker keeps calls away; null where it lets them pass. */
  closedForMs(): number | null;
  /** Waits for a place and for the rate. `before` is awaited when the call is certain to be made. */
  call(call: Omit<RegulatorCall, 'url'> & { readonly url: URL }, before?: () => Promise<void>): Promise<TimedAnswer | Withheld>;
  state(): DestinationState;
  close(): Promise<void>;
}

export interface TimedAnswer {
  readonly answer: RegulatorAnswer | BrokenCall;
  readonly latencyMs: number;
}

export interface DestinationParts {
  readonly word: string;
  readonly settings: Destination;
  readonly secrets: Secrets;
  readonly time: Time;
  /** Aborted at close: whoever waits stops waiting. */
  readonly signal: AbortSignal;
  readonly breakerChanged: (from: BreakerState, to: BreakerState) => void;
}

/** CONFIG_INVALID for what the schema cannot say; the errors of Secrets for a secret that is not there. */
export async function openDestination({
  word,
  settings,
  secrets,
  time,
  signal,
  breakerChanged,
}: DestinationParts): Promise<OpenDestination> {
  checkDestination(word, settings);
  const tls = await readTls(settings, secrets);
  await readSecret(secrets, settings.oauth.client_secret);
  const calls = openRegulatorCalls(settings.limits, settings.concurrency, tls);
  const tokens = tokensOf(settings, tls.ca, secrets, time);
  const monotonicMs = (): number => time.monotonicMs();
  const breaker = createCircuitBreaker({ settings: settings.breaker, monotonicMs, changed: breakerChanged });
  const slots = createCallSlots(settings.concurrency, settings.waiting_max);
  const rate = createCallRate(settings.per_second, settings.burst, monotonicMs);

  async function inPlace(call: RegulatorCall, before?: () => Promise<void>): Promise<TimedAnswer | Withheld> {
    const pauseMs = rate.take();
    if (pauseMs > 0) await time.wait(pauseMs, signal);
    if (signal.aborted) return { withheld: 'closing', afterMs: null };
    const token = tokens === null ? null : await tokens.source.token();
    if (tokens !== null && token === null) return { withheld: 'no_token', afterMs: null };
    const entered = breaker.enter();
    if (typeof entered === 'number') return { withheld: 'breaker_open', afterMs: entered };
    return await made({ ...call, headers: withToken(call.headers, token) }, token, entered, before);
  }

  async function made(call: RegulatorCall, token: string | null, end: CallEnd, before?: () => Promise<void>): Promise<TimedAnswer> {
    let healthy: boolean | null = null;
    try {
      await before?.();
      const startedMs = time.monotonicMs();
      const answer = await calls.make(call);
      if (token !== null && !isBroken(answer) && answer.status === 401) tokens?.source.forget(token);
      healthy = isHealthy(answer);
      return { answer, latencyMs: time.monotonicMs() - startedMs };
    } finally {
      end(healthy);
    }
  }

  return {
    settings,
    address: (path, query = {}) => addressBelow(settings.url, path, query),
    closedForMs: () => breaker.closedForMs(),
    async call(call, before) {
      const release = await slots.take();
      if (release === null) return { withheld: 'too_many_waiting', afterMs: null };
      try {
        return await inPlace(call, before);
      } finally {
        release();
      }
    },
    state: () => ({ destination: word, breaker: breaker.state(), in_flight: slots.taken, waiting: slots.waiting }),
    async close() {
      await calls.close();
      await tokens?.close();
    },
  };
}

/** A refusal of one report is a destination in good health; one that is broken, slow, overloaded or does not know us is not. */
function isHealthy(answer: RegulatorAnswer | BrokenCall): boolean {
  return !isBroken(answer) && answer.status < 500 && answer.status !== 401 && answer.status !== 403;
}

function withToken(headers: RegulatorCall['headers'], token: string | null): RegulatorCall['headers'] {
  return token === null ? headers : { ...headers, authorization: `Bearer ${token}` };
}

function addressBelow(base: string, path: string, query: Readonly<Record<string, string>>): URL {
  const url = new URL(`${base.replace(/\/+$/, '')}/${path}`);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url;
}

interface OpenTokens {
  readonly source: AccessTokens;
  close(): Promise<void>;
}

/** The authorization server has connections of its own, and is shown no client certificate. */
function tokensOf({ oauth, limits }: Destination, ca: string | undefined, secrets: Secrets, time: Time): OpenTokens | null {
  const { token_url: tokenUrl, client_id: clientId, client_secret: secret, scope } = oauth;
  if (tokenUrl === null || clientId === null || secret === null) return null;
  const calls = openRegulatorCalls(limits, 1, ca === undefined ? {} : { ca });
  const source = createAccessTokens({ tokenUrl, clientId, clientSecret: secret.secret, scope }, secrets, calls, time);
  return { source, close: async () => await calls.close() };
}

async function readTls({ tls }: Destination, secrets: Secrets): Promise<TlsMaterial> {
  const ca = await readSecret(secrets, tls.certificate_authority);
  const cert = await readSecret(secrets, tls.client_certificate);
  const key = await readSecret(secrets, tls.client_key);
  return { ...(ca !== null && { ca }), ...(cert !== null && { cert }), ...(key !== null && { key }) };
}

async function readSecret(secrets: Secrets, reference: { readonly secret: string } | null): Promise<string | null> {
  return reference === null ? null : (await secrets.read(reference.secret)).reveal();
}

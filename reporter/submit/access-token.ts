/** Tokens of OAuth client credentials (RFC 6749, 4.4): fetched when needed, kept until shortly before they expire, one fetch at a time. */
import type { Secrets } from '../../core/ports/secrets.ts';
import { isMarketsError } from '../../core/errors/markets-error.ts';
import type { Time } from '../../core/time/time.ts';
import { isBroken, type RegulatorCalls } from './regulator-calls.ts';

export interface AccessTokens {
  /** null where none can be had now. */
  token(): Promise<string | null>;
  /** The regulator does not take this one any more. */
  forget(token: string): void;
}

export interface OauthClient {
  readonly tokenUrl: string;
  readonly clientId: string;
  /** Name of the secret: read at each fetch, so that a new one is taken without a restart. */
  readonly clientSecret: string;
  readonly scope: string | null;
}

/** A token that expires within this is not used. */
const MARGIN_MS = 30_000;
/** Where the server does not say how long (it should). */
const LIFE_BY_DEFAULT_SECONDS = 300;
const LIFE_MAX_SECONDS = 86_400;
/** Visible characters, as a header may hold. */
const TOKEN = /^[\x21-\x7e]{1,8192}$/;

export function createAccessTokens(client: OauthClient, secrets: Secrets, calls: RegulatorCalls, time: Time): AccessTokens {
  let held: { readonly token: string; readonly untilMs: number } | null = null;
  let fetching: Promise<string | null> | null = null;

  async function fetchToken(): Promise<string | null> {
    const askedMs = time.monotonicMs();
    const answer = await calls.make(await tokenRequest(client, secrets));
    if (isBroken(answer) || answer.status !== 200) return null;
    const grant = readGrant(answer.bytes);
    if (grant === null) return null;
    // A life shorter than the margin is used for half of it.
    const lifeMs = Math.min(grant.lifeSeconds, LIFE_MAX_SECONDS) * 1000;
    held = { token: grant.token, untilMs: askedMs + Math.max(lifeMs - MARGIN_MS, lifeMs / 2) };
    return held.token;
  }

  return {
    async token() {
      if (held !== null && time.monotonicMs() < held.untilMs) return held.token;
      fetching ??= fetchToken()
        .catch((error: unknown) => {
          if (isMarketsError(error)) return null;
          throw error;
        })
        .finally(() => (fetching = null));
      return await fetching;
    },
    forget(token) {
      if (held?.token === token) held = null;
    },
  };
}

async function tokenRequest(
  { tokenUrl, clientId, clientSecret, scope }: OauthClient,
  secrets: Secrets,
): Promise<Parameters<RegulatorCalls['make']>[0]> {
  const secret = (await secrets.read(clientSecret)).reveal();
  const form = new URLSearchParams({ grant_type: 'client_credentials', ...(scope !== null && { scope }) });
  // Both parts are form-encoded before they are joined (RFC 6749, 2.3.1).
  const basic = Buffer.from(`${formEncoded(clientId)}:${formEncoded(secret)}`).toString('base64');
  return {
    method: 'POST',
    url: new URL(tokenUrl),
    headers: { authorization: `Basic ${basic}`, 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: Buffer.from(form.toString()),
  };
}

function formEncoded(text: string): string {
  return new URLSearchParams([['', text]]).toString().slice(1);
}

function readGrant(bytes: Buffer): { readonly token: string; readonly lifeSeconds: number } | null {
  try {
    const data: unknown = JSON.parse(bytes.toString('utf8'));
    if (typeof data !== 'object' || data === null) return null;
    const { access_token: token, expires_in: life } = Object.fromEntries(Object.entries(data)) as Record<string, unknown>;
    const lifeSeconds = Number(life ?? LIFE_BY_DEFAULT_SECONDS);
    return typeof token === 'string' && TOKEN.test(token) && lifeSeconds > 0 ? { token, lifeSeconds } : null;
  } catch {
    return null;
  }
}

/** Whether a request may be made: its bearer token is of the issuer, for this audience, in time, and of one of the accounts. */
import { errors, jwtVerify, type JWTPayload } from 'jose';
import { createHash } from 'node:crypto';
import type { CallersConfig } from '../../config/reporter-config.ts';
import type { RefusalCode } from '../refusal.ts';
import type { Time } from '../../../core/time/time.ts';
import { SIGNING_KEY_LIMITS, type SigningKeys } from './signing-keys.ts';

export const TOKEN_LIMITS = {
  /** Longer ones are refused unread. */
  tokenBytesMax: 8192,
  /** By which clocks of issuer and service may differ. */
  clockSeconds: 30,
  /** From its making; issuers give an hour. */
  ageSecondsMax: 3660,
  /** Tokens that were checked and need no second look: a sender uses one for up to an hour. */
  rememberedMax: 256,
} as const;

/** Signatures by public keys only: a key that everybody has must never be taken for a shared secret. */
const ALGORITHMS = ['RS256', 'ES256'];

export type TokenVerdict = { readonly caller: string } | { readonly refused: RefusalCode };

export interface TokenCheck {
  /** The value of the header Authorization. REPORTER_KEYS_UNAVAILABLE where nobody can say. */
  check(authorization: string | undefined): Promise<TokenVerdict>;
}

interface Remembered {
  readonly caller: string;
  readonly untilMs: number;
  /** The keys it was checked by. */
  readonly keysOfMs: number | null;
}

type Checked = Omit<Remembered, 'keysOfMs'> | { readonly refused: RefusalCode };

export function createTokenCheck(callers: CallersConfig, keys: SigningKeys, time: Time): TokenCheck {
  const accounts = new Set(callers.service_accounts);
  const remembered = new Map<string, Remembered>();
  const verify = async (token: string): Promise<Checked> => {
    const { payload } = await jwtVerify(token, async (header) => await keys.keyFor(header), {
      algorithms: ALGORITHMS,
      issuer: callers.issuer,
      audience: callers.audience ?? '',
      requiredClaims: ['exp', 'iat', 'email', 'email_verified'],
      clockTolerance: TOKEN_LIMITS.clockSeconds,
      maxTokenAge: TOKEN_LIMITS.ageSecondsMax,
      currentDate: new Date(time.nowMs()),
    });
    return callerOf(payload, accounts);
  };
  return {
    async check(authorization) {
      const token = bearerOf(authorization);
      if (token === null) return { refused: 'TOKEN_MISSING' };
      if (token.length > TOKEN_LIMITS.tokenBytesMax) return { refused: 'TOKEN_FORGED' };
      const digest = createHash('sha256').update(token).digest('base64');
      const known = remembered.get(digest);
      if (known !== undefined && isStillGood(known, keys, time)) return { caller: known.caller };
      remembered.delete(digest);
      const verdict = await verify(token).catch(refusalOf);
      if ('refused' in verdict) return verdict;
      remember(remembered, digest, { ...verdict, keysOfMs: keys.loadedAtMs });
      return { caller: verdict.caller };
    },
  };
}

function bearerOf(authorization: string | undefined): string | null {
  return /^Bearer ([A-Za-z0-9._~+/=-]+)$/i.exec(authorization ?? '')?.[1] ?? null;
}

function callerOf({ email, email_verified: isVerified, exp }: JWTPayload, accounts: ReadonlySet<string>): Checked {
  if (typeof email !== 'string' || isVerified !== true || !accounts.has(email)) return { refused: 'TOKEN_ACCOUNT' };
  return { caller: email, untilMs: (exp ?? 0) * 1000 };
}

/** A key that was withdrawn takes what it signed with it: checks are good for as long as the keys they were made by. */
function isStillGood({ untilMs, keysOfMs }: Remembered, keys: SigningKeys, time: Time): boolean {
  const isOfTheseKeys = keysOfMs !== null && keysOfMs === keys.loadedAtMs && time.monotonicMs() - keysOfMs < SIGNING_KEY_LIMITS.freshMs;
  return isOfTheseKeys && time.nowMs() < untilMs;
}

function remember(remembered: Map<string, Remembered>, digest: string, of: Remembered): void {
  const [oldest] = remembered.keys();
  if (remembered.size >= TOKEN_LIMITS.rememberedMax && oldest !== undefined) remembered.delete(oldest);
  remembered.set(digest, of);
}

function refusalOf(error: unknown): { readonly refused: RefusalCode } {
  if (error instanceof errors.JWTExpired) return { refused: 'TOKEN_EXPIRED' };
  if (error instanceof errors.JWTClaimValidationFailed) return { refused: claimRefusal(error.claim) };
  if (error instanceof errors.JOSEError) return { refused: 'TOKEN_FORGED' };
  throw error;
}

function claimRefusal(claim: string): RefusalCode {
  if (claim === 'aud') return 'TOKEN_AUDIENCE';
  if (claim === 'iss') return 'TOKEN_ISSUER';
  if (claim === 'email' || claim === 'email_verified') return 'TOKEN_ACCOUNT';
  return claim === 'exp' || claim === 'iat' || claim === 'nbf' ? 'TOKEN_EXPIRED' : 'TOKEN_FORGED';
}

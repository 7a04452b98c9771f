/** Client credentials at the simulated regulator: tokens that live for a while. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

export interface TokenDeskOptions {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly lifeSeconds: number;
}

export interface TokenDesk {
  /** null where the client is not known. */
  grant(
    authorization: string | undefined,
    nowMs: number,
  ): { readonly access_token: string; readonly token_type: 'Bearer'; readonly expires_in: number } | null;
  admits(authorization: string | undefined, nowMs: number): boolean;
}

export function createTokenDesk({ clientId, clientSecret, lifeSeconds }: TokenDeskOptions): TokenDesk {
  const key = randomBytes(32);
  const encoded = [clientId, clientSecret].map((part) => new URLSearchParams([['', part]]).toString().slice(1)).join(':');
  const wanted = `Basic ${Buffer.from(encoded).toString('base64')}`;
  const sign = (until: string): string => createHmac('sha256', key).update(until).digest('base64url');
  const equal = (left: string, right: string): boolean => {
    const [one, other] = [Buffer.from(left), Buffer.from(right)];
    return one.length === other.length && timingSafeEqual(one, other);
  };
  return {
    grant(authorization, nowMs) {
      if (!equal(authorization ?? '', wanted)) return null;
      const until = String(nowMs + lifeSeconds * 1000);
      return { access_token: `${until}.${sign(until)}`, token_type: 'Bearer', expires_in: lifeSeconds };
    },
    admits(authorization, nowMs) {
      const [, until = '', signature = ''] = /^Bearer (\d{1,15})\.([\w-]+)$/.exec(authorization ?? '') ?? [];
      return equal(signature, sign(until)) && nowMs < Number(until);
    },
  };
}

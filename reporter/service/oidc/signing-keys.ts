/**
 * The public keys of an issuer, from its JWKS address: kept, and asked for again when they are old or when a token names one that is not among them. A
 * flood of tokens with made-up key names costs one request in a while, not one each.
 */
import { createLocalJWKSet, errors, type CompactJWSHeaderParameters, type CryptoKey, type JSONWebKeySet } from 'jose';
import { request } from 'undici';
import { MarketsError } from '../../../core/errors/markets-error.ts';
import type { Time } from '../../../core/time/time.ts';

export const SIGNING_KEY_LIMITS = {
  /** Keys are asked for again after so long, */
  freshMs: 600_000,
  /** and where the issuer does not answer they are good for so long. */
  goodMs: 3_600_000,
  /** Between two requests, whatever tokens name. */
  pauseMs: 15_000,
  requestMs: 5000,
  answerBytesMax: 262_144,
  keysMax: 100,
} as const;

export interface SigningKeys {
  /** JWKSNoMatchingKey of jose where the issuer has no such key; REPORTER_KEYS_UNAVAILABLE where nothing good is kept and none can be had. */
  keyFor(header: CompactJWSHeaderParameters): Promise<CryptoKey>;
  /** Milliseconds of time.monotonicMs() at which the kept keys came; null before. */
  readonly loadedAtMs: number | null;
}

type LocalKeys = ReturnType<typeof createLocalJWKSet>;

export class RemoteSigningKeys implements SigningKeys {
  loadedAtMs: number | null = null;
  private keys: LocalKeys | null = null;
  private triedAtMs: number | null = null;
  private loading: Promise<void> | null = null;
  private readonly url: string;
  private readonly time: Pick<Time, 'monotonicMs'>;

  constructor(url: string, time: Pick<Time, 'monotonicMs'>) {
    this.url = url;
    this.time = time;
  }

  async keyFor(header: CompactJWSHeaderParameters): Promise<CryptoKey> {
    if (!this.isYoungerThan(SIGNING_KEY_LIMITS.freshMs)) await this.load();
    try {
      return await this.kept()(header);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || !this.mayAsk()) throw error;
      await this.load();
      return await this.kept()(header);
    }
  }

  private kept(): LocalKeys {
    if (this.keys !== null && this.isYoungerThan(SIGNING_KEY_LIMITS.goodMs)) return this.keys;
    throw new MarketsError('REPORTER_KEYS_UNAVAILABLE', 'The keys of the issuer of tokens cannot be had.', {
      expected: 'a JWKS document',
      next: 'Look at reporter.intake.*.jwks_url and at the way there.',
    });
  }

  private isYoungerThan(milliseconds: number): boolean {
    return this.loadedAtMs !== null && this.time.monotonicMs() - this.loadedAtMs < milliseconds;
  }

  private mayAsk(): boolean {
    return this.triedAtMs === null || this.time.monotonicMs() - this.triedAtMs >= SIGNING_KEY_LIMITS.pauseMs;
  }

  /** One request at a time; none before the pause is over. Failures leave what is kept. */
  private async load(): Promise<void> {
    if (this.loading === null && !this.mayAsk()) return;
    this.loading ??= this.ask().finally(() => {
      this.loading = null;
    });
    await this.loading;
  }

  private async ask(): Promise<void> {
    this.triedAtMs = this.time.monotonicMs();
    const keySet = await fetchKeySet(this.url);
    if (keySet === null) return;
    this.keys = createLocalJWKSet(keySet);
    this.loadedAtMs = this.time.monotonicMs();
  }
}

/** null for whatever is no JWKS document within the limits. */
async function fetchKeySet(url: string): Promise<JSONWebKeySet | null> {
  const { requestMs, answerBytesMax } = SIGNING_KEY_LIMITS;
  try {
    const answer = await request(url, {
      method: 'GET',
      headers: { accept: 'application/json' },
      headersTimeout: requestMs,
      bodyTimeout: requestMs,
      signal: AbortSignal.timeout(requestMs),
    });
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of answer.body as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > answerBytesMax) return null;
      chunks.push(chunk);
    }
    return answer.statusCode === 200 ? keySetOf(JSON.parse(Buffer.concat(chunks).toString('utf8'))) : null;
  } catch {
    return null;
  }
}

function keySetOf(data: unknown): JSONWebKeySet | null {
  if (typeof data !== 'object' || data === null || !('keys' in data) || !Array.isArray(data.keys)) return null;
  return data.keys.length > 0 && data.keys.length <= SIGNING_KEY_LIMITS.keysMax ? (data as JSONWebKeySet) : null;
}

/**
 * Secrets from Google Secret Manager, by its REST API (v1, projects.secrets.versions.access): the newest enabled version. Each value is checked
 * against the CRC32C that the service states. Bounded retries on what may pass; every call has a time limit.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { GoogleAuth } from 'google-auth-library';
import { request } from 'undici';
import { MarketsError } from '../../errors/markets-error.ts';
import { crc32c } from '../../identity/crc32c.ts';
import { checkSecretName, SECRET_BYTES_MAX, secretTextOf, type Secrets, type SecretText } from '../../ports/secrets.ts';

const ENDPOINT = 'https://secretmanager.googleapis.com';
const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';
const TIMEOUT_MS = 10_000;
const ATTEMPTS_MAX = 4;
const PAUSE_MS = 500;
/** Base64 of the largest secret, and the rest of the document. */
const ANSWER_BYTES_MAX = SECRET_BYTES_MAX * 2;

export interface GoogleSecretsOptions {
  readonly project: string;
  /** Only tests give another. */
  readonly endpoint?: string;
  /** A bearer token; by default that of the account which the program runs as (workload identity, metadata server, gcloud). */
  readonly token?: () => Promise<string>;
  readonly sleep?: (milliseconds: number) => Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

export function createGoogleSecrets(options: GoogleSecretsOptions): Secrets {
  const token = options.token ?? accountToken();
  const sleep = options.sleep ?? (async (ms) => await wait(ms));
  const project = encodeURIComponent(options.project);
  return {
    description: `Secret Manager of ${options.project}`,
    async read(name) {
      checkSecretName(name);
      const resource = `projects/${project}/secrets/${name}/versions/latest`;
      const url = `${options.endpoint ?? ENDPOINT}/v1/${resource}:access`;
      for (let attempt = 1; ; attempt += 1) {
        const answer = await ask(url, token);
        if (answer.status === 200) return valueOf(name, resource, answer.body);
        const failure = refusal(name, resource, answer.status);
        if (!failure.retryable || attempt >= ATTEMPTS_MAX) throw failure;
        await sleep(PAUSE_MS * 2 ** (attempt - 1));
      }
    },
  };
}

function accountToken(): () => Promise<string> {
  const auth = new GoogleAuth({ scopes: [SCOPE] });
  return async () => {
    const token = await auth.getAccessToken();
    if (typeof token === 'string') return token;
    throw new Error('the account gave no token');
  };
}

/** Status 0 where no answer came. */
async function ask(url: string, token: () => Promise<string>): Promise<Answer> {
  try {
    const { statusCode, body } = await request(url, {
      method: 'GET',
      headers: { authorization: `Bearer ${await token()}`, accept: 'application/json' },
      headersTimeout: TIMEOUT_MS,
      bodyTimeout: TIMEOUT_MS,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of body as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > ANSWER_BYTES_MAX) throw new Error('the answer is too long');
      chunks.push(chunk);
    }
    return { status: statusCode, body: Buffer.concat(chunks).toString('utf8') };
  } catch {
    // Unreachable, too slow, no token: all of them are no answer, and what they say may hold the token.
    return { status: 0, body: '' };
  }
}

function refusal(name: string, resource: string, status: number): MarketsError {
  const found = status === 0 ? 'no answer' : `status ${String(status)}`;
  if (status === 404) {
    return new MarketsError('SECRET_MISSING', `There is no secret ${name}.`, { expected: `${resource}, enabled`, found });
  }
  // 400 is what the service says of a version that is disabled or destroyed (FAILED_PRECONDITION).
  if (status === 400)
    return new MarketsError('SECRET_MISSING', `The secret ${name} has no version that is enabled.`, { expected: resource, found });
  if (status === 401 || status === 403) {
    return new MarketsError('SECRET_REFUSED', `The secret ${name} may not be read.`, {
      expected: `roles/secretmanager.secretAccessor on ${resource}`,
      found,
    });
  }
  return new MarketsError('SECRET_UNAVAILABLE', `Secret Manager did not give the secret ${name}.`, { expected: 'status 200', found });
}

interface Accessed {
  readonly payload?: { readonly data?: unknown; readonly dataCrc32c?: unknown };
}

function valueOf(name: string, resource: string, body: string): SecretText {
  const { payload } = parsed(body);
  const data = payload?.data ?? '';
  const bytes = Buffer.from(typeof data === 'string' ? data : '', 'base64');
  const stated = payload?.dataCrc32c;
  if (typeof stated !== 'string' || stated !== String(crc32c(bytes, 0))) {
    throw new MarketsError('SECRET_UNAVAILABLE', `The secret ${name} did not come whole.`, {
      expected: 'the checksum that the service states',
      found: 'another one',
    });
  }
  return secretTextOf(name, bytes, resource);
}

function parsed(body: string): Accessed {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

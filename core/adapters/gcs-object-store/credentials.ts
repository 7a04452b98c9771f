/** Who the adapter is: Application Default Credentials, or nobody (an emulator). */
import { GoogleAuth } from 'google-auth-library';
import { isMarketsError, MarketsError } from '../../errors/markets-error.ts';

/** Headers that authorize a request to this address; refreshed before they expire. */
export type Authorization = (url: string) => Promise<Readonly<Record<string, string>>>;

const SCOPE = 'https://www.googleapis.com/auth/devstorage.read_write';
const PATIENCE_MS = 30_000;

export const noCredentials: Authorization = async () => await Promise.resolve({});

/** Those of the environment: GOOGLE_APPLICATION_CREDENTIALS, gcloud's, or the metadata server's (workload identity). STORE_DENIED where there are none. */
export function applicationDefaultCredentials(): Authorization {
  const auth = new GoogleAuth({ scopes: [SCOPE] });
  return async (url) => {
    try {
      const headers = await within(auth.getRequestHeaders(url));
      return Object.fromEntries(headers.entries());
    } catch (error) {
      throw isMarketsError(error) ? error : refused(error);
    }
  };
}

async function within<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new MarketsError('STORE_UNAVAILABLE', 'The credentials did not come in time.', { expected: `${String(PATIENCE_MS)} ms` }));
    }, PATIENCE_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** A token service that says no is final, one that does not answer is not. The error itself may hold secrets, so that only its kind goes on. */
function refused(error: unknown): MarketsError {
  const status = error instanceof Error && 'status' in error ? Number(error.status) : Number.NaN;
  const isMissing = error instanceof Error && error.message.includes('Could not load the default credentials');
  if (isMissing || (status >= 400 && status < 500)) {
    return new MarketsError('STORE_DENIED', 'There are no usable credentials for the object store.', {
      expected: 'Application Default Credentials',
      found: isMissing ? 'none' : `status ${String(status)} of the token service`,
      next: 'Run `gcloud auth application-default login`, set GOOGLE_APPLICATION_CREDENTIALS, or run where a service account is attached.',
    });
  }
  return new MarketsError('STORE_UNAVAILABLE', 'The credentials for the object store could not be had.', {
    found: error instanceof Error ? error.name : 'unknown',
  });
}

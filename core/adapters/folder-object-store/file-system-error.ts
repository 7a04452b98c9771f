/** Errors of the file system as the port's own: no errno crosses the port. */
import { MarketsError } from '../../errors/markets-error.ts';

export function isFileSystemError(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}

export function notFound(name: string): MarketsError {
  return new MarketsError('STORE_NOT_FOUND', `There is no object ${name}.`);
}

export function changed(name: string): MarketsError {
  return new MarketsError('STORE_PRECONDITION', `The object ${name} is no longer the generation that was expected.`);
}

/** Runs `work` and translates what the file system throws. */
export async function translated<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw translate(name, error);
  }
}

export function translate(name: string, error: unknown): unknown {
  if (error instanceof MarketsError || !(error instanceof Error) || !('code' in error)) return error;
  if (isFileSystemError(error, 'ENOENT', 'ENOTDIR')) return notFound(name);
  if (isFileSystemError(error, 'EEXIST')) return new MarketsError('STORE_EXISTS', `The object ${name} exists already.`);
  if (isFileSystemError(error, 'ELOOP')) {
    return new MarketsError('STORE_NAME', `The object ${name} is a symbolic link.`, { cause: error });
  }
  return new MarketsError('STORE_UNAVAILABLE', `The folder refused ${name}.`, { cause: error, found: String(error.code) });
}

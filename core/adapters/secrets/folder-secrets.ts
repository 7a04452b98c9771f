/** Secrets from the files of one folder, a file a secret, readable by their owner alone. A mounted secret (a link) is followed. */
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { MarketsError } from '../../errors/markets-error.ts';
import { checkSecretName, SECRET_BYTES_MAX, secretTextOf, type Secrets } from '../../ports/secrets.ts';

/** Bits that let the group or others do anything. */
const OTHERS = 0o077;

export function createFolderSecrets(folder: string): Secrets {
  return {
    description: `files of ${folder}`,
    async read(name) {
      checkSecretName(name);
      const path = join(folder, name);
      const file = await openFile(name, path);
      try {
        const stats = await file.stat();
        if (!stats.isFile()) throw missing(name, path, 'no plain file');
        if ((stats.mode & OTHERS) !== 0) {
          throw new MarketsError('SECRET_EXPOSED', `The file of the secret ${name} may be read by others.`, {
            expected: 'mode 600 or 400',
            found: `mode ${(stats.mode & 0o777).toString(8)}`,
            place: { file: path },
            next: `Call chmod 600 ${path}, and change the secret if others may have read it.`,
          });
        }
        // One byte more than is allowed tells that there is more.
        const bytes = Buffer.alloc(Math.min(stats.size, SECRET_BYTES_MAX + 1));
        const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
        return secretTextOf(name, bytes.subarray(0, bytesRead), path);
      } finally {
        await file.close();
      }
    },
  };
}

async function openFile(name: string, path: string): ReturnType<typeof open> {
  try {
    return await open(path, 'r');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code === 'EACCES' || code === 'EPERM') {
      throw new MarketsError('SECRET_REFUSED', `The secret ${name} may not be read.`, { cause, place: { file: path } });
    }
    throw missing(name, path, String(code), cause);
  }
}

function missing(name: string, path: string, found: string, cause?: unknown): MarketsError {
  return new MarketsError('SECRET_MISSING', `There is no secret ${name}.`, {
    expected: 'a file of that name',
    found,
    place: { file: path },
    cause,
  });
}

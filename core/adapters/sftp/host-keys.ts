/**
 * The keys by which a partner's server is known. A pin is a fingerprint as `ssh-keygen -l` prints it (SHA256:...), or a whole key as a line of
 * known_hosts has it (`ssh-ed25519 AAAA...`). Several may stand, for the days in which a key is changed. Without a pin nobody is known.
 */
import { createHash } from 'node:crypto';
import type { ServerHostKeyAlgorithm } from 'ssh2';
import { MarketsError } from '../../errors/markets-error.ts';

export interface HostKeys {
  isKnown(key: Buffer): boolean;
  /** Asked of the server, so that it shows a key that can be known; undefined where fingerprints do not tell. */
  readonly algorithms: readonly ServerHostKeyAlgorithm[] | undefined;
}

/** What the server may sign with, by the type of its key. SHA-1 is left out. */
const ALGORITHMS: Readonly<Record<string, readonly ServerHostKeyAlgorithm[]>> = {
  'ssh-ed25519': ['ssh-ed25519'],
  'ecdsa-sha2-nistp256': ['ecdsa-sha2-nistp256'],
  'ecdsa-sha2-nistp384': ['ecdsa-sha2-nistp384'],
  'ecdsa-sha2-nistp521': ['ecdsa-sha2-nistp521'],
  'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256'],
};

export function readHostKeys(pins: readonly string[]): HostKeys {
  const known = new Set(
    pins.map((pin) => (pin.startsWith('SHA256:') ? pin : fingerprintOf(Buffer.from(pin.split(' ')[1] ?? '', 'base64')))),
  );
  const types = pins.map((pin) => (pin.startsWith('SHA256:') ? undefined : ALGORITHMS[pin.split(' ')[0] ?? '']));
  const algorithms = types.every((type) => type !== undefined) && types.length > 0 ? [...new Set(types.flat())] : undefined;
  return { isKnown: (key) => known.has(fingerprintOf(key)), algorithms };
}

export function fingerprintOf(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

export function unknownHostKey(where: string, found: string): MarketsError {
  return new MarketsError('REMOTE_HOST_KEY', `${where} shows a host key that is not pinned. Nothing was sent.`, {
    expected: 'one of delivery.sftp.host_keys',
    found,
    next: 'Ask the partner by another way whether the key was changed; only then write the new one into the configuration.',
  });
}

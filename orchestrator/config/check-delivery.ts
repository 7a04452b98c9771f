/** What the schema cannot say of the blocks `delivery` and `secrets`: which keys go together. Pure. */
import type { LaneConfig } from './lane-config.ts';

export interface ConfigProblem {
  readonly path: readonly string[];
  readonly message: string;
  readonly expected: string;
}

/** The first problem, or null. */
export function deliveryProblem({ delivery, secrets }: LaneConfig): ConfigProblem | null {
  if (secrets.from === 'folder' && secrets.folder === null)
    return missing(['secrets', 'folder'], 'the folder with the files of the secrets');
  if (secrets.from === 'google' && secrets.google_project === null)
    return missing(['secrets', 'google_project'], 'the project of Secret Manager');
  if (delivery.to === 'local' && delivery.local.path === null)
    return missing(['delivery', 'local', 'path'], 'the folder that extracts go to');
  return delivery.to === 'sftp' ? sftpProblem(delivery.sftp) : null;
}

function sftpProblem(sftp: LaneConfig['delivery']['sftp']): ConfigProblem | null {
  const at = (key: string): readonly string[] => ['delivery', 'sftp', key];
  if (sftp.host === null) return missing(at('host'), "the partner's server");
  if (sftp.username === null) return missing(at('username'), 'the user that the partner gave');
  if (sftp.host_keys.length === 0) return missing(at('host_keys'), 'at least one key that the server is known by');
  if ((sftp.private_key === null) === (sftp.password === null)) {
    return {
      path: at('private_key'),
      message: 'delivery.sftp needs one way to log in.',
      expected: 'either private_key or password, each {secret: name}',
    };
  }
  if (sftp.password !== null && sftp.passphrase !== null) {
    return {
      path: at('passphrase'),
      message: 'delivery.sftp.passphrase belongs to a private key.',
      expected: 'private_key, or no passphrase',
    };
  }
  return null;
}

function missing(path: readonly string[], expected: string): ConfigProblem {
  return { path, message: `${path.join('.')} is missing.`, expected };
}

/** The partner of a configuration, with the adapter that reaches it. */
import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { createLocalRemoteFolder } from '../../core/adapters/local-remote-folder/local-remote-folder.ts';
import type { SftpCredentials } from '../../core/adapters/sftp/sftp-connection.ts';
import { createSftpRemoteFolder } from '../../core/adapters/sftp/sftp-remote-folder.ts';
import type { RemoteFolder } from '../../core/ports/remote-folder.ts';
import type { Secrets } from '../../core/ports/secrets.ts';
import type { LaneConfig } from '../../orchestrator/index.ts';
import type { PartnerDelivery } from '../../orchestrator/partner/partner-delivery.ts';
import type { Environment } from '../framework/environment.ts';

/** null where the configuration says `to: none`. Nothing is connected and no secret is read before there is something to send. */
export function openPartner({ delivery }: LaneConfig, secrets: Secrets, environment: Environment): PartnerDelivery | null {
  const remote = remoteOf(delivery, secrets, environment);
  if (remote === null) return null;
  const { pattern, folder, timeout_minutes } = delivery.receipts;
  return {
    partner: delivery.partner,
    remote,
    folder: delivery.folder,
    verify: delivery.verify,
    attempts: delivery.attempts,
    catchUpDays: delivery.catch_up_days,
    receipts: pattern === null ? null : { pattern, folder, timeoutMinutes: timeout_minutes },
    newId: () => randomBytes(16).toString('hex'),
  };
}

function remoteOf(delivery: LaneConfig['delivery'], secrets: Secrets, environment: Environment): RemoteFolder | null {
  switch (delivery.to) {
    case 'none':
      return null;
    case 'local':
      return createLocalRemoteFolder(resolve(environment.home, delivery.local.path ?? ''));
    case 'sftp': {
      const { host, port, username, host_keys } = delivery.sftp;
      return createSftpRemoteFolder({
        host: host ?? '',
        port,
        username: username ?? '',
        hostKeys: host_keys,
        credentials: async () => await credentialsOf(delivery.sftp, secrets),
        timeoutMs: delivery.timeout_seconds * 1000,
      });
    }
  }
}

async function credentialsOf(sftp: LaneConfig['delivery']['sftp'], secrets: Secrets): Promise<SftpCredentials> {
  if (sftp.private_key === null) return { password: await secrets.read(sftp.password?.secret ?? '') };
  return {
    privateKey: await secrets.read(sftp.private_key.secret),
    passphrase: sftp.passphrase === null ? null : await secrets.read(sftp.passphrase.secret),
  };
}

/** The message log of a configuration: the embedded bus, or Kafka. */
import { join } from 'node:path';
import type { MessageLog } from '../../core/ports/message-log.ts';
import type { Secrets } from '../../core/ports/secrets.ts';
import type { StreamingConfig } from '../../streaming/config/streaming-config.ts';
import { workFolder } from '../lane/work-folder.ts';

/** In place of the configuration's, for somebody who waits for the answer. */
export interface LogPatience {
  readonly unavailableSeconds: number;
}

/** The Kafka client is loaded only where it is asked for. SECRET_MISSING and its kin for secrets that are named and not there. */
export async function openLog(config: StreamingConfig, root: string, secrets: Secrets, patience?: LogPatience): Promise<MessageLog> {
  if (config.log.kind === 'embedded') return await openEmbeddedLog(root);
  const { openKafkaMessageLog } = await import('../../core/adapters/kafka/kafka-message-log.ts');
  const { countOutsideMemoryWithHeap } = await import('../../core/adapters/kafka/outside-memory.ts');
  countOutsideMemoryWithHeap();
  const { brokers, tls, sasl, unavailable_seconds, session_seconds } = config.log;
  const unavailableMs = (patience?.unavailableSeconds ?? unavailable_seconds) * 1000;
  return openKafkaMessageLog({
    brokers,
    tls: tls.enabled
      ? {
          certificateAuthority: await reveal(secrets, tls.certificate_authority),
          clientCertificate: await reveal(secrets, tls.client_certificate),
          clientKey: await reveal(secrets, tls.client_key),
          serverName: tls.server_name,
        }
      : null,
    sasl:
      sasl.mechanism === 'none'
        ? null
        : { mechanism: sasl.mechanism, username: sasl.username ?? '', password: (await reveal(secrets, sasl.password)) ?? '' },
    times: {
      unavailableMs,
      ...sessionTimes(session_seconds * 1000),
      ...(patience === undefined ? {} : { connectMs: unavailableMs, requestMs: unavailableMs }),
    },
  });
}

/** Three heartbeats in a session, and one every 3 s at least. */
function sessionTimes(sessionMs: number): { readonly sessionMs: number; readonly heartbeatMs: number } {
  return { sessionMs, heartbeatMs: Math.min(3000, Math.floor(sessionMs / 3)) };
}

export async function openEmbeddedLog(root: string): Promise<MessageLog> {
  const { openEmbeddedMessageLog } = await import('../../core/adapters/embedded-bus/embedded-message-log.ts');
  return openEmbeddedMessageLog({ folder: join(embeddedFolder(root), 'log') });
}

/** Both ports of the embedded bus lie below it: in the root, or for buckets in the folder of this machine that belongs to them. */
export function embeddedFolder(root: string): string {
  return join(workFolder(root), 'bus');
}

async function reveal(secrets: Secrets, named: { readonly secret: string } | null): Promise<string | null> {
  return named === null ? null : (await secrets.read(named.secret)).reveal();
}

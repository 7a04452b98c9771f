/** The message bus of a configuration: the embedded bus, or Pub/Sub. */
import { join } from 'node:path';
import type { MessageBus } from '../../core/ports/message-bus.ts';
import type { StreamingConfig } from '../../streaming/config/streaming-config.ts';
import { embeddedFolder } from './open-log.ts';

/** The Pub/Sub client is loaded only where it is asked for. */
export async function openBus({ bus }: StreamingConfig, root: string): Promise<MessageBus> {
  if (bus.kind === 'embedded') {
    const { openEmbeddedMessageBus } = await import('../../core/adapters/embedded-bus/embedded-message-bus.ts');
    return openEmbeddedMessageBus({ folder: join(embeddedFolder(root), 'messages') });
  }
  const { openPubsubMessageBus } = await import('../../core/adapters/pubsub/pubsub-message-bus.ts');
  return openPubsubMessageBus({
    project: bus.project ?? '',
    apiEndpoint: bus.api_endpoint,
    times: { publishMs: bus.publish_seconds * 1000 },
  });
}

/** The message log that lies below the root, where there are no brokers. */
import { join } from 'node:path';
import type { MessageLog } from '../../core/ports/message-log.ts';

export async function openEmbeddedLog(root: string): Promise<MessageLog> {
  const { openEmbeddedMessageLog } = await import('../../core/adapters/embedded-bus/embedded-message-log.ts');
  return openEmbeddedMessageLog({ folder: join(root, 'bus', 'log') });
}

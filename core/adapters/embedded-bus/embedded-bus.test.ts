import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { messageBusContract } from '../../ports/message-bus.contract.ts';
import { messageLogContract } from '../../ports/message-log.contract.ts';
import { openEmbeddedMessageBus } from './embedded-message-bus.ts';
import { openEmbeddedMessageLog } from './embedded-message-log.ts';

const folder = mkdtempSync(join(tmpdir(), 'embedded-bus-'));
const times = { heartbeatMs: 50 };
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

messageLogContract('The embedded bus', async () => await Promise.resolve(openEmbeddedMessageLog({ folder: join(folder, 'log'), times })));
messageBusContract('The embedded bus', async () => await Promise.resolve(openEmbeddedMessageBus({ folder: join(folder, 'bus'), times })), {
  isOrderKeptOnGiveBack: true,
});

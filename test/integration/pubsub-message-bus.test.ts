import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openPubsubMessageBus, type PubsubTimes } from '../../core/adapters/pubsub/pubsub-message-bus.ts';
import { messageBusContract, receive } from '../../core/ports/message-bus.contract.ts';
import type { MessageBus } from '../../core/ports/message-bus.ts';
import { startCuttingProxy, type CuttingProxy } from '../servers/cutting-proxy.ts';
import { PUBSUB_EMULATOR, startPubsubEmulator, type PubsubEmulator } from '../servers/pubsub-emulator.ts';
import { serverOrSkip } from '../servers/server-tool.ts';

const LIMITS = { heldMessagesMax: 1000, heldBytesMax: 8 * 1024 * 1024 };

serverOrSkip(PUBSUB_EMULATOR, 'the message bus on Pub/Sub', () => {
  let emulator: PubsubEmulator | undefined;
  let proxy: CuttingProxy | undefined;
  const buses: MessageBus[] = [];
  beforeAll(async () => {
    emulator = await startPubsubEmulator();
    const [host = '', port = ''] = emulator.host.split(':');
    proxy = await startCuttingProxy({ host, port: Number(port) });
  });
  afterEach(async () => {
    for (const bus of buses.splice(0)) await bus.close();
  });
  afterAll(async () => {
    await proxy?.close();
    await emulator?.stop();
  });
  const open = (host: string, times?: Partial<PubsubTimes>): MessageBus =>
    openPubsubMessageBus({ project: 'markets-test', apiEndpoint: `http://${host}`, ...(times === undefined ? {} : { times }) });

  // The emulator gives a message of an ordering key that is given back after those behind it.
  messageBusContract('Pub/Sub', async () => await Promise.resolve(open(emulator?.host ?? '')), { isOrderKeptOnGiveBack: false });

  test(
    'an outage of the line is waited out: what is published meanwhile arrives, and the subscriber goes on by itself',
    { timeout: 120_000 },
    async () => {
      const bus = open(`127.0.0.1:${String(proxy?.port)}`, { requestMs: 1000, publishMs: 60_000 });
      buses.push(bus);
      await bus.createTopic('outage');
      await bus.createSubscription('outage-reader', 'outage');
      const publisher = await bus.publisher('outage');
      const subscription = await bus.subscription('outage-reader', LIMITS);
      await publisher.publish({ data: Buffer.from('before'), attributes: {}, orderingKey: 'k' });
      await receive(subscription, 1);
      proxy?.stall();
      const sent = [0, 1, 2].map(
        async (each) => await publisher.publish({ data: Buffer.from(String(each)), attributes: {}, orderingKey: 'k' }),
      );
      await wait(5000);
      proxy?.cutConnections();
      proxy?.flow();
      await Promise.all(sent);
      const seen = new Set<string>();
      while (seen.size < 3) for (const { data } of await receive(subscription, 1)) seen.add(Buffer.from(data).toString());
      expect([...seen].sort()).toEqual(['0', '1', '2']);
    },
  );

  test(
    'what cannot be published in time is refused, and so is everything behind it in its key until it is resumed',
    { timeout: 120_000 },
    async () => {
      const bus = open(`127.0.0.1:${String(proxy?.port)}`, { requestMs: 500, publishMs: 2000 });
      buses.push(bus);
      await bus.createTopic('refused');
      const publisher = await bus.publisher('refused');
      const publish = async (data: string, orderingKey: string | null): Promise<string> =>
        await publisher.publish({ data: Buffer.from(data), attributes: {}, orderingKey });
      proxy?.stall();
      await expect(publish('lost', 'k')).rejects.toMatchObject({ code: 'STREAM_UNAVAILABLE' });
      proxy?.cutConnections();
      proxy?.flow();
      await expect(publish('behind', 'k')).rejects.toMatchObject({ code: 'STREAM_UNAVAILABLE' });
      await expect
        .poll(
          async () =>
            await publish('other', null).then(
              () => 'sent',
              () => 'failed',
            ),
          { timeout: 60_000 },
        )
        .toBe('sent');
      publisher.resume('k');
      await publish('again', 'k');
    },
  );
});

/** A process of its own that sends numbered messages to a topic of an embedded bus until it is killed; says on stdout how far all are durable. */
import { openEmbeddedMessageLog } from '../embedded-message-log.ts';

const [folder = '', topic = '', name = '', segmentBytes = '0'] = process.argv.slice(2);
const log = openEmbeddedMessageLog({ folder, segmentBytesMax: Number(segmentBytes) });
const producer = await log.producer({ clientId: name });
for (let index = 0; ; index += 100) {
  await producer.send(
    Array.from({ length: 100 }, (_, each) => ({ topic, partition: 0, value: Buffer.from(`${name} ${String(index + each)}`) })),
  );
  process.stdout.write(`${String(index + 100)}\n`);
}

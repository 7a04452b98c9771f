/** A message of the bus as it lies in the log of the embedded bus: attributes as headers, the ordering key as key. */
import type { BusMessage, NewBusMessage } from '../../ports/message-bus.ts';
import type { LogMessage, NewLogMessage } from '../../ports/message-log.ts';

type ReadBusMessage = Omit<BusMessage, 'acknowledge' | 'giveBack'>;

export function toLogMessage(topic: string, { data, attributes, orderingKey }: NewBusMessage): NewLogMessage {
  return {
    topic,
    key: orderingKey === null ? null : Buffer.from(orderingKey, 'utf8'),
    value: data,
    headers: Object.entries(attributes).map(([name, value]) => [name, Buffer.from(value, 'utf8')] as const),
  };
}

/** Its identity is `<partition>-<offset>`, unique in its topic. */
export function messageIdOf(partition: number, offset: bigint): string {
  return `${partition}-${offset}`;
}

export function readBusMessage(message: LogMessage): ReadBusMessage {
  const attributes: Record<string, string> = {};
  for (const [name, value] of message.headers) attributes[name] = Buffer.from(value).toString('utf8');
  return {
    data: message.value ?? new Uint8Array(0),
    attributes,
    orderingKey: message.key === null ? null : Buffer.from(message.key).toString('utf8'),
    messageId: messageIdOf(message.partition, message.offset),
    publishTime: new Date(message.timestampMs).toISOString().replace('Z', '000Z'),
  };
}

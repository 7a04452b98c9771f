/** A message as a subscription delivered it, with its place in Kafka where its attributes tell it. */
import type { BusMessage } from '../../core/ports/message-bus.ts';
import type { OffsetPlace } from '../../core/stream/committed-offsets.ts';
import type { PartKind } from '../../core/stream/object-names.ts';

export interface Delivery {
  readonly kind: PartKind;
  /** `<topic>-sink`, as it stands in the row. */
  readonly subscription: string;
  readonly message: BusMessage;
  /** null where the attributes name no place: nobody but the bridge may write into the topic. */
  readonly place: OffsetPlace | null;
}

const PARTITION = /^(0|[1-9][0-9]{0,8})$/;
const OFFSET = /^(0|[1-9][0-9]{0,18})$/;
const OFFSET_MAX = 2n ** 63n - 1n;

export function deliveryOf(kind: PartKind, subscription: string, message: BusMessage): Delivery {
  const place = placeOf(message.attributes);
  // What cannot be told apart by its place does not belong among the rows that are.
  return { kind: place === null ? 'dead_letters' : kind, subscription, message, place };
}

function placeOf(attributes: Readonly<Record<string, string>>): OffsetPlace | null {
  const { kafka_topic: topic, kafka_partition: partition, kafka_offset: offset } = attributes;
  if (topic === undefined || topic === '' || partition === undefined || offset === undefined) return null;
  if (!PARTITION.test(partition) || !OFFSET.test(offset)) return null;
  const position = BigInt(offset);
  return position > OFFSET_MAX ? null : { topic, partition: Number(partition), offset: position };
}

/** What a message takes in memory and in the part, about. */
export function sizeOf({ message }: Delivery): number {
  let size = message.data.length + MESSAGE_BYTES;
  for (const [name, value] of Object.entries(message.attributes)) size += name.length + value.length;
  return size;
}

const MESSAGE_BYTES = 100;

/** In order of topic, partition and offset; those without a place behind them, by the identity that the bus gave them. */
export function byPlace(left: Delivery, right: Delivery): number {
  const [a, b] = [left.place, right.place];
  if (a === null || b === null) {
    if (a !== b) return a === null ? 1 : -1;
    return left.message.messageId < right.message.messageId ? -1 : 1;
  }
  if (a.topic !== b.topic) return a.topic < b.topic ? -1 : 1;
  if (a.partition !== b.partition) return a.partition - b.partition;
  return a.offset < b.offset ? -1 : a.offset > b.offset ? 1 : 0;
}

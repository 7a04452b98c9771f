/**
 * Messages of one publish request, written as they come into the bytes that go over the wire: a message leaves nothing behind but its bytes and whoever
 * waits for its answer. The form is google.pubsub.v1.PublishRequest of the published protocol.
 */
import type { NewBusMessage } from '../../ports/message-bus.ts';

/** The service takes as many, */
export const BATCH_MESSAGES_MAX = 1000;
/** and 10 MB a request. A message that is larger goes alone. */
export const BATCH_BYTES_MAX = 4 * 1024 * 1024;
const FIRST_BYTES = 64 * 1024;

/** Field number and wire type "with a length". PublishRequest: topic, messages. PubsubMessage: data, attributes, ordering key. An attribute: name, value. */
const REQUEST_TOPIC = (1 << 3) | 2;
const REQUEST_MESSAGE = (2 << 3) | 2;
const MESSAGE_DATA = (1 << 3) | 2;
const MESSAGE_ATTRIBUTE = (2 << 3) | 2;
const MESSAGE_KEY = (5 << 3) | 2;
const ENTRY_NAME = (1 << 3) | 2;
const ENTRY_VALUE = (2 << 3) | 2;
/**
 * Bytes of a length. A length is written behind what it counts, so that nothing is counted twice, and into room of a fixed size: a varint may be longer
 * than it has to be.
 */
const LONG = 4;
const SHORT = 2;
/** Of an attribute beside its texts: three lengths, three tags. */
const ENTRY_BYTES = 3 * SHORT + 3;
const MESSAGE_BYTES = 3 * LONG + 3;
/** A unit of a JavaScript text has at most so many bytes in UTF-8. */
const UNIT_BYTES_MAX = 3;
/** Texts up to this long are written letter by letter while they are ASCII; it costs less than a call. */
const PLAIN_LENGTH_MAX = 80;

export interface Waiting {
  readonly resolve: (messageId: string) => void;
  readonly reject: (error: Error) => void;
}

export class PublishBatch {
  readonly waiting: Waiting[] = [];
  /** It has waited long enough. */
  isDue = false;
  private bytes = Buffer.allocUnsafe(FIRST_BYTES);
  private end = 0;

  /** `topic` is projects/PROJECT/topics/NAME. */
  constructor(topic: string) {
    this.bytes[this.end++] = REQUEST_TOPIC;
    this.text(topic, LONG);
  }

  get isFull(): boolean {
    return this.waiting.length >= BATCH_MESSAGES_MAX || this.end >= BATCH_BYTES_MAX;
  }

  hasRoomFor({ data }: NewBusMessage): boolean {
    return this.waiting.length === 0 || this.end + data.length <= BATCH_BYTES_MAX;
  }

  /** The request's bytes. */
  get body(): Buffer {
    return this.bytes.subarray(0, this.end);
  }

  add({ data, attributes, orderingKey }: NewBusMessage, waiting: Waiting): void {
    let bound = MESSAGE_BYTES + data.length + UNIT_BYTES_MAX * (orderingKey?.length ?? 0);
    for (const name in attributes) bound += ENTRY_BYTES + UNIT_BYTES_MAX * (name.length + (attributes[name] as string).length);
    this.makeRoom(bound + 1 + LONG);
    this.waiting.push(waiting);
    this.bytes[this.end++] = REQUEST_MESSAGE;
    const begin = this.end;
    this.end += LONG;
    this.bytes[this.end++] = MESSAGE_DATA;
    writeLength(this.bytes, this.end, data.length, LONG);
    this.end += LONG;
    this.bytes.set(data, this.end);
    this.end += data.length;
    for (const name in attributes) {
      this.bytes[this.end++] = MESSAGE_ATTRIBUTE;
      const entry = this.end;
      this.end += SHORT;
      this.bytes[this.end++] = ENTRY_NAME;
      this.text(name, SHORT);
      this.bytes[this.end++] = ENTRY_VALUE;
      this.text(attributes[name] as string, SHORT);
      writeLength(this.bytes, entry, this.end - entry - SHORT, SHORT);
    }
    if (orderingKey !== null) {
      this.bytes[this.end++] = MESSAGE_KEY;
      this.text(orderingKey, SHORT);
    }
    writeLength(this.bytes, begin, this.end - begin - LONG, LONG);
  }

  /** Its length, then its letters; there is room for them. */
  private text(text: string, lengthBytes: number): void {
    const { bytes } = this;
    const begin = this.end + lengthBytes;
    const { length } = text;
    let index = 0;
    if (length <= PLAIN_LENGTH_MAX) {
      for (; index < length; index += 1) {
        const unit = text.charCodeAt(index);
        if (unit > 0x7f) break;
        bytes[begin + index] = unit;
      }
    }
    const written = index === length ? length : bytes.write(text, begin, 'utf8');
    writeLength(bytes, this.end, written, lengthBytes);
    this.end = begin + written;
  }

  private makeRoom(more: number): void {
    const wanted = this.end + more;
    if (wanted <= this.bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(wanted, this.bytes.length * 2));
    this.bytes.copy(larger, 0, 0, this.end);
    this.bytes = larger;
  }
}

function writeLength(bytes: Buffer, at: number, length: number, lengthBytes: number): void {
  let rest = length;
  for (let index = 0; index < lengthBytes - 1; index += 1) {
    bytes[at + index] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  bytes[at + lengthBytes - 1] = rest;
}

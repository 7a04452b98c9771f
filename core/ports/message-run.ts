/**
 * Messages of one partition, in order of their offsets, as they lie in one array of bytes. Whoever takes values where they stand (streaming/candles) makes
 * no object of a message; for everyone else it is a list of messages, each made when it is asked for, with bytes of its own.
 */
import type { LogMessage, TopicPartition } from './message-log.ts';

/** Where the parts of each message stand. The arrays may have room for more messages than there are. */
export interface MessagePlaces {
  /** Whole numbers below 2^53. */
  readonly offsets: Float64Array;
  readonly timestampsMs: Float64Array;
  /** Bounds in the bytes; from = -1 for none. */
  readonly keyFrom: Int32Array;
  readonly keyTo: Int32Array;
  readonly valueFrom: Int32Array;
  readonly valueTo: Int32Array;
  /** Where the headers begin, in the form of the log; -1 for none. */
  readonly headersAt: Int32Array;
}

export type Headers = LogMessage['headers'];

export interface MessageRunParts {
  readonly place: TopicPartition;
  readonly bytes: Buffer;
  readonly places: MessagePlaces;
  /** Messages; the first of those that the places have room for. */
  readonly length: number;
  /** With bytes of their own. */
  readonly headersOf: (bytes: Buffer, at: number) => Headers;
}

const NO_HEADERS: Headers = [];

export class MessageRun implements Iterable<LogMessage> {
  readonly topic: string;
  readonly partition: number;
  readonly length: number;
  /** In it keys and values stand. It, and the places, are used again for other messages where the consumer is asked for the next ones. */
  readonly bytes: Buffer;
  readonly places: MessagePlaces;
  private readonly headersOf: MessageRunParts['headersOf'];

  constructor({ place, bytes, places, length, headersOf }: MessageRunParts) {
    this.topic = place.topic;
    this.partition = place.partition;
    this.bytes = bytes;
    this.places = places;
    this.length = length;
    this.headersOf = headersOf;
  }

  /** `index`: 0-based, below the length. */
  message(index: number): LogMessage {
    const { offsets, timestampsMs, keyFrom, keyTo, valueFrom, valueTo, headersAt } = this.places;
    if (!(index >= 0 && index < this.length)) throw new RangeError(`message ${index} of ${this.length}`);
    const at = headersAt[index] as number;
    return {
      topic: this.topic,
      partition: this.partition,
      offset: BigInt(offsets[index] as number),
      timestampMs: timestampsMs[index] as number,
      key: this.part(keyFrom[index] as number, keyTo[index] as number),
      value: this.part(valueFrom[index] as number, valueTo[index] as number),
      headers: at < 0 ? NO_HEADERS : this.headersOf(this.bytes, at),
    };
  }

  *[Symbol.iterator](): Generator<LogMessage, void> {
    for (let index = 0; index < this.length; index += 1) yield this.message(index);
  }

  /** The messages [begin, end), in the same bytes. */
  slice(begin: number, end = this.length): MessageRun {
    const { offsets, timestampsMs, keyFrom, keyTo, valueFrom, valueTo, headersAt } = this.places;
    const last = Math.min(end, this.length);
    return new MessageRun({
      place: this,
      bytes: this.bytes,
      places: {
        offsets: offsets.subarray(begin, last),
        timestampsMs: timestampsMs.subarray(begin, last),
        keyFrom: keyFrom.subarray(begin, last),
        keyTo: keyTo.subarray(begin, last),
        valueFrom: valueFrom.subarray(begin, last),
        valueTo: valueTo.subarray(begin, last),
        headersAt: headersAt.subarray(begin, last),
      },
      length: Math.max(0, last - begin),
      headersOf: this.headersOf,
    });
  }

  /** Of keys and values. */
  sizeBytes(): number {
    const { keyFrom, keyTo, valueFrom, valueTo } = this.places;
    let size = 0;
    for (let index = 0; index < this.length; index += 1) {
      size += (keyTo[index] as number) - (keyFrom[index] as number) + (valueTo[index] as number) - (valueFrom[index] as number);
    }
    return size;
  }

  private part(from: number, to: number): Buffer | null {
    if (from < 0) return null;
    const part = Buffer.allocUnsafe(to - from);
    this.bytes.copy(part, 0, from, to);
    return part;
  }
}

/** For so many messages. A part that is absent has both bounds -1. */
export function messagePlaces(room: number): MessagePlaces {
  return {
    offsets: new Float64Array(room),
    timestampsMs: new Float64Array(room),
    keyFrom: new Int32Array(room),
    keyTo: new Int32Array(room),
    valueFrom: new Int32Array(room),
    valueTo: new Int32Array(room),
    headersAt: new Int32Array(room),
  };
}

/** What a consumer gives where nothing came: no messages of no partition. */
export const NO_MESSAGES = new MessageRun({
  place: { topic: '', partition: -1 },
  bytes: Buffer.alloc(0),
  places: messagePlaces(0),
  length: 0,
  headersOf: () => NO_HEADERS,
});

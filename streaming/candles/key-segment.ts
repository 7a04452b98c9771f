/**
 * Keys as they are kept from one commit to the next: one array of bytes that is compressed as it stands, so that taking them is copying memory, not a walk from
 * key to key while trades wait. Behind a head of four words (mark, number of keys, bytes of the rests of longer ones, nothing) come the seconds, the entries of
 * the table and the rests, in the byte order of all processors that Node runs on.
 */
import { deserialize } from 'node:v8';
import { ByteTable, TEXT, writeText } from './byte-table.ts';

/** Keys with the seconds of their trades: all three arrays are views of `bytes`. */
export interface KeySegment {
  readonly bytes: Uint8Array;
  readonly seconds: Float64Array;
  /** As ByteTable has them. */
  readonly entries: Int32Array;
  readonly rests: Uint8Array;
}

/** Keys that one table has. */
export interface KeyRange {
  readonly seconds: Float64Array;
  readonly entries: Int32Array;
  readonly rests: Uint8Array;
  /** Where the first of the rests stands in the table. */
  readonly restsFrom: number;
}

const { FIELDS, LENGTH, REST, WORD_BYTES } = TEXT;
/** "KEY2" */
const MARK = 0x3259454b;
const HEAD_BYTES = 16;
const KEY_BYTES = Float64Array.BYTES_PER_ELEMENT + FIELDS * Int32Array.BYTES_PER_ELEMENT;
/** The first byte of the form of node:v8, which earlier versions wrote: keys one after the other, their lengths and seconds. */
const V8_MARK = 0xff;

/** In the memory that is given where it is large enough: to get so much from the system anew takes longer than to fill it. */
export function segmentOfRanges(ranges: readonly KeyRange[], memory: ArrayBuffer = new ArrayBuffer(0)): KeySegment {
  const count = ranges.reduce((sum, { seconds }) => sum + seconds.length, 0);
  const size = ranges.reduce((sum, { rests }) => sum + rests.length, 0);
  const buffer = memory.byteLength >= segmentBytes(count, size) ? memory : new ArrayBuffer(segmentBytes(count, size));
  new Uint32Array(buffer, 0, 4).set([MARK, count, size, 0]);
  const segment = viewsOf(buffer, count, size);
  let key = 0;
  let rest = 0;
  for (const { seconds, entries, rests, restsFrom } of ranges) {
    segment.seconds.set(seconds, key);
    segment.entries.set(entries, key * FIELDS);
    segment.rests.set(rests, rest);
    if (rests.length > 0) moveRests(segment.entries, key, key + seconds.length, rest - restsFrom);
    key += seconds.length;
    rest += rests.length;
  }
  return segment;
}

/** RangeError where the bytes are no segment. */
export function segmentOfBytes(bytes: Uint8Array): KeySegment {
  if (bytes[0] === V8_MARK) return segmentOfV8(bytes);
  const buffer = new ArrayBuffer(bytes.byteLength);
  new Uint8Array(buffer).set(bytes);
  const [mark = 0, count = 0, size = 0] = buffer.byteLength < HEAD_BYTES ? [] : new Uint32Array(buffer, 0, 3);
  if (mark !== MARK || buffer.byteLength !== segmentBytes(count, size)) throw new RangeError('a segment of another form');
  return viewsOf(buffer, count, size);
}

/** Calls `each` with every key, in the order in which they came: the bytes [0, to) of the view, until the next call. */
export function eachKey({ seconds, entries, rests }: KeySegment, each: (view: DataView, to: number, second: number) => void): void {
  let view = new DataView(new ArrayBuffer(WORD_BYTES));
  for (let key = 0, entry = 0; key < seconds.length; key += 1, entry += FIELDS) {
    const length = entries[entry + LENGTH] as number;
    if (length > view.byteLength) view = new DataView(new ArrayBuffer(length * 2));
    each(view, writeText(entries, entry, rests, view, 0), seconds[key] as number);
  }
}

function moveRests(entries: Int32Array, first: number, end: number, by: number): void {
  for (let entry = first * FIELDS; entry < end * FIELDS; entry += FIELDS) {
    if ((entries[entry + LENGTH] as number) > WORD_BYTES) entries[entry + REST] = (entries[entry + REST] as number) + by;
  }
}

function segmentOfV8(bytes: Uint8Array): KeySegment {
  const old = deserialize(bytes) as { readonly keys: Uint8Array; readonly lengths: Uint16Array; readonly seconds: Float64Array };
  const view = new DataView(old.keys.buffer, old.keys.byteOffset, old.keys.byteLength);
  const table = new ByteTable(old.lengths.length);
  let at = 0;
  for (const length of old.lengths) table.place(view, at, (at += length));
  return segmentOfRanges([{ seconds: old.seconds, entries: table.entriesOf(0, table.count), rests: table.restsFrom(0), restsFrom: 0 }]);
}

/** Of so many keys, and bytes of rests. */
function segmentBytes(count: number, size: number): number {
  return HEAD_BYTES + count * KEY_BYTES + size;
}

function viewsOf(buffer: ArrayBuffer, count: number, size: number): KeySegment {
  const entriesAt = HEAD_BYTES + count * Float64Array.BYTES_PER_ELEMENT;
  return {
    bytes: new Uint8Array(buffer, 0, segmentBytes(count, size)),
    seconds: new Float64Array(buffer, HEAD_BYTES, count),
    entries: new Int32Array(buffer, entriesAt, count * FIELDS),
    rests: new Uint8Array(buffer, HEAD_BYTES + count * KEY_BYTES, size),
  };
}

/**
 * The compact protocol of Apache Thrift, as far as Parquet's page headers and footer need it.
 * Source: https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
 */
import { MarketsError } from '../../errors/markets-error.ts';

const TYPE = { true: 1, false: 2, byte: 3, i16: 4, i32: 5, i64: 6, double: 7, binary: 8, list: 9, set: 10, map: 11, struct: 12 } as const;

/** A field of a struct: its id and what it holds. Fields are written in ascending order of their ids. */
export type ThriftField =
  | { readonly id: number; readonly kind: 'bool'; readonly value: boolean }
  | { readonly id: number; readonly kind: 'byte'; readonly value: number }
  | { readonly id: number; readonly kind: 'i16' | 'i32' | 'i64'; readonly value: number }
  | { readonly id: number; readonly kind: 'binary'; readonly value: Uint8Array }
  | { readonly id: number; readonly kind: 'struct'; readonly value: readonly ThriftField[] }
  | { readonly id: number; readonly kind: 'list'; readonly of: 'i32'; readonly value: readonly number[] }
  | { readonly id: number; readonly kind: 'list'; readonly of: 'binary'; readonly value: readonly Uint8Array[] }
  | { readonly id: number; readonly kind: 'list'; readonly of: 'struct'; readonly value: readonly ThriftElement[] };

/** A struct in a list: its fields, or its bytes as encodeStruct() has given them. */
export type ThriftElement = readonly ThriftField[] | Uint8Array;

/** Text as the binary that Thrift writes. */
export function utf8(text: string): Uint8Array {
  return Buffer.from(text, 'utf8');
}

/** The bytes of one struct. */
export function encodeStruct(fields: readonly ThriftField[]): Buffer {
  const out: number[] = [];
  writeStruct(out, fields);
  return Buffer.from(out);
}

function writeStruct(out: number[], fields: readonly ThriftField[]): void {
  let last = 0;
  for (const field of fields) {
    const type = field.kind === 'bool' ? (field.value ? TYPE.true : TYPE.false) : TYPE[field.kind];
    const delta = field.id - last;
    if (delta > 0 && delta <= 15) {
      out.push((delta << 4) | type);
    } else {
      out.push(type);
      writeVarint(out, zigzag(field.id));
    }
    last = field.id;
    writeValue(out, field);
  }
  out.push(0);
}

function writeValue(out: number[], field: ThriftField): void {
  switch (field.kind) {
    case 'bool':
      return;
    case 'byte':
      out.push(field.value & 0xff);
      return;
    case 'i16':
    case 'i32':
    case 'i64':
      writeVarint(out, zigzag(field.value));
      return;
    case 'binary':
      writeBinary(out, field.value);
      return;
    case 'struct':
      writeStruct(out, field.value);
      return;
    case 'list':
      writeList(out, field);
  }
}

function writeList(out: number[], field: Extract<ThriftField, { kind: 'list' }>): void {
  const size = field.value.length;
  if (size < 15) {
    out.push((size << 4) | TYPE[field.of]);
  } else {
    out.push(0xf0 | TYPE[field.of]);
    writeVarint(out, size);
  }
  switch (field.of) {
    case 'i32':
      for (const value of field.value) writeVarint(out, zigzag(value));
      return;
    case 'binary':
      for (const value of field.value) writeBinary(out, value);
      return;
    case 'struct':
      for (const value of field.value) {
        if (value instanceof Uint8Array) writeBytes(out, value);
        else writeStruct(out, value);
      }
  }
}

function writeBinary(out: number[], bytes: Uint8Array): void {
  writeVarint(out, bytes.length);
  writeBytes(out, bytes);
}

function writeBytes(out: number[], bytes: Uint8Array): void {
  for (const byte of bytes) out.push(byte);
}

/** Safe integers only: sizes, counts and file offsets. */
function zigzag(value: number): number {
  return value >= 0 ? value * 2 : -value * 2 - 1;
}

function writeVarint(out: number[], value: number): void {
  let rest = value;
  while (rest >= 128) {
    out.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  out.push(rest);
}

/** A struct that was read: values by field id, structs within structs alike. */
export type ThriftStruct = ReadonlyMap<number, ThriftValue>;
export type ThriftValue = boolean | number | bigint | Uint8Array | ThriftStruct | readonly ThriftValue[];

/** Reads one struct at `start`; `end` is the position behind it. ENGINE_INVARIANT where the bytes are no such struct. */
export function decodeStruct(bytes: Uint8Array, start: number): { readonly value: ThriftStruct; readonly end: number } {
  const cursor = { bytes, position: start };
  const value = readStruct(cursor);
  return { value, end: cursor.position };
}

interface Cursor {
  readonly bytes: Uint8Array;
  position: number;
}

function readByte(cursor: Cursor): number {
  const byte = cursor.bytes[cursor.position];
  if (byte === undefined) throw new MarketsError('ENGINE_INVARIANT', 'A Thrift struct ends too early.');
  cursor.position += 1;
  return byte;
}

/** A number where a double holds it, which is nearly always so. */
function readVarint(cursor: Cursor): number | bigint {
  let number = 0;
  let factor = 1;
  for (let count = 0; count < SMALL_BYTES; count += 1) {
    const byte = readByte(cursor);
    number += (byte & 0x7f) * factor;
    if (byte < 128) return number;
    factor *= 128;
  }
  let value = BigInt(number);
  for (let shift = BigInt(SMALL_BYTES * 7); shift < 70n; shift += 7n) {
    const byte = readByte(cursor);
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 128) return value;
  }
  throw new MarketsError('ENGINE_INVARIANT', 'A Thrift integer is too long.');
}

/** Of a varint: 49 bits. */
const SMALL_BYTES = 7;

function readInteger(cursor: Cursor): number | bigint {
  const raw = readVarint(cursor);
  if (typeof raw === 'number') return raw % 2 === 0 ? raw / 2 : -(raw + 1) / 2;
  const value = raw & 1n ? -((raw + 1n) >> 1n) : raw >> 1n;
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

function readStruct(cursor: Cursor): ThriftStruct {
  const fields = new Map<number, ThriftValue>();
  let id = 0;
  for (;;) {
    const header = readByte(cursor);
    if (header === 0) return fields;
    const delta = header >> 4;
    id = delta === 0 ? Number(readInteger(cursor)) : id + delta;
    const type = header & 0x0f;
    fields.set(id, type === TYPE.true ? true : type === TYPE.false ? false : readValue(cursor, type));
  }
}

function readValue(cursor: Cursor, type: number): ThriftValue {
  switch (type) {
    case TYPE.true:
    case TYPE.false:
      return readByte(cursor) === 1;
    case TYPE.byte:
      return (readByte(cursor) << 24) >> 24;
    case TYPE.i16:
    case TYPE.i32:
    case TYPE.i64:
      return readInteger(cursor);
    case TYPE.binary: {
      const size = Number(readVarint(cursor));
      const start = cursor.position;
      cursor.position += size;
      return cursor.bytes.subarray(start, start + size);
    }
    case TYPE.list: {
      const header = readByte(cursor);
      const size = header >> 4 === 15 ? Number(readVarint(cursor)) : header >> 4;
      return Array.from({ length: size }, () => readValue(cursor, header & 0x0f));
    }
    case TYPE.struct:
      return readStruct(cursor);
    default:
      throw new MarketsError('ENGINE_INVARIANT', 'A Thrift type is not known.', { found: String(type) });
  }
}

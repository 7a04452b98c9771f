/**
 * Reads Thrift's compact protocol in place and tells where things stand. A field that nobody asks for is skipped.
 * Source: https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
 */

/** A footer that breaks its own format. */
export class FooterFault extends Error {}

const TYPE = { stop: 0, true: 1, false: 2, byte: 3, double: 7, binary: 8, list: 9, set: 10, map: 11, struct: 12 } as const;
const MAX_DEPTH = 32;

/** By field number: takes the value off the reader. A boolean is in the field's header, whose position is told. */
export type FieldVisitor = Readonly<Record<number, (boolean: boolean | null, headerAt: number) => void>>;

export class CompactReader {
  private readonly bytes: Buffer;
  private at = 0;
  private depth = 0;
  /** Type of the value that is to be taken next. */
  private type: number = TYPE.struct;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  struct(visitor: FieldVisitor): void {
    this.expect(TYPE.struct);
    this.enter();
    for (let id = 0; ;) {
      const headerAt = this.at;
      const header = this.byte();
      if (header === TYPE.stop) {
        break;
      }
      id = header >> 4 === 0 ? this.zigzag() : id + (header >> 4);
      this.type = header & 15;
      const boolean = this.type === TYPE.true ? true : this.type === TYPE.false ? false : null;
      const visit = visitor[id];
      if (visit === undefined) {
        this.skip();
      } else {
        visit(boolean, headerAt);
      }
    }
    this.depth -= 1;
  }

  list(each: () => void): void {
    this.expect(TYPE.list);
    const header = this.byte();
    const count = header >> 4 === 15 ? this.varint() : header >> 4;
    this.enter();
    for (let index = 0; index < count; index += 1) {
      this.type = header & 15;
      each();
    }
    this.depth -= 1;
  }

  integer(): number {
    return this.zigzag();
  }

  binary(): Buffer {
    this.expect(TYPE.binary);
    const length = this.varint();
    const start = this.at;
    this.move(length);
    return this.bytes.subarray(start, start + length);
  }

  /** Passes over the value that is next. */
  skip(): void {
    switch (this.type) {
      case TYPE.true:
      case TYPE.false:
        return;
      case TYPE.byte:
        this.move(1);
        return;
      case TYPE.double:
        this.move(8);
        return;
      case TYPE.binary:
        this.binary();
        return;
      case TYPE.struct:
        this.struct({});
        return;
      case TYPE.list:
      case TYPE.set:
        this.skipList();
        return;
      case TYPE.map:
        throw new FooterFault('its footer has a map, which no version of Parquet has');
      default:
        this.varint();
    }
  }

  private skipList(): void {
    this.type = TYPE.list;
    this.list(() => {
      // Within a list a boolean is a byte of its own.
      if (this.type === TYPE.true || this.type === TYPE.false) this.move(1);
      else this.skip();
    });
  }

  private enter(): void {
    this.depth += 1;
    if (this.depth > MAX_DEPTH) {
      throw new FooterFault('its footer is nested too deeply');
    }
  }

  private expect(type: number): void {
    if (this.type !== type) {
      throw new FooterFault('its footer has a value of another type than Parquet says');
    }
  }

  private zigzag(): number {
    const value = this.varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  private varint(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.byte();
      value += (byte & 127) * factor;
      if (byte < 128) {
        return value;
      }
      if (factor > 2 ** 63) {
        throw new FooterFault('its footer has a number that is too long');
      }
    }
  }

  private byte(): number {
    const byte = this.bytes[this.at];
    if (byte === undefined) {
      throw new FooterFault('its footer ends too early');
    }
    this.at += 1;
    return byte;
  }

  private move(length: number): void {
    if (this.at + length > this.bytes.length) {
      throw new FooterFault('its footer ends too early');
    }
    this.at += length;
  }
}

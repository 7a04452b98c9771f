/**
 * The footer of a Parquet file of anybody: the number of its rows, and the types that a reader of microseconds would cut.
 * It reads Thrift's compact protocol with positions, and shares no code with the library that reads the values.
 * Source: https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { CompactReader, FooterFault, type FieldVisitor } from './compact-reader.ts';

export interface ParquetFooter {
  readonly rows: number;
  /** Why values of the file could not be read exactly, in words; null where they can. */
  readonly inexact: string | null;
  /** Top-level columns of nanoseconds in UTC, and where in the file the byte stands that says UTC. */
  readonly utcNanos: readonly { readonly column: string; readonly flagAt: number }[];
}

const MAGIC = 'PAR1';
const TRAILER_BYTES = 8;
const MAX_FOOTER_BYTES = 64 * 1024 * 1024;
const MAX_DECIMAL_DIGITS = 38;
const INT96 = 3;
const CONVERTED_DECIMAL = 5;
/** Fields of FileMetaData, SchemaElement, LogicalType, TimestampType and TimeUnit by their Thrift numbers. */
const META = { schema: 2, rows: 3 } as const;
const ELEMENT = { type: 1, name: 4, children: 5, converted: 6, precision: 8, logical: 10 } as const;
const LOGICAL = { decimal: 5, time: 7, timestamp: 8 } as const;
const UTC_FLAG = 1;
const UNIT = 2;
const NANOS = 3;

interface Element {
  name: string;
  type: number;
  children: number;
  precision: number;
  isDecimal: boolean;
  isTimeOfNanos: boolean;
  /** Position of the flag of a timestamp of nanoseconds in UTC. */
  utcNanosAt: number | null;
}

/** Throws FooterFault where the file has no footer that can be read. */
export function readParquetFooter(path: string): ParquetFooter {
  const file = openSync(path, 'r');
  try {
    const size = fstatSync(file).size;
    const trailer = bytesAt(file, Math.max(0, size - TRAILER_BYTES), Math.min(size, TRAILER_BYTES));
    if (trailer.subarray(-MAGIC.length).toString('latin1') !== MAGIC || size < TRAILER_BYTES + MAGIC.length) {
      throw new FooterFault('it does not end with PAR1');
    }
    const length = trailer.readUInt32LE(0);
    const start = size - TRAILER_BYTES - length;
    if (start < MAGIC.length || length > MAX_FOOTER_BYTES) {
      throw new FooterFault(`its footer of ${length} bytes does not fit the file`);
    }
    return footerOf(bytesAt(file, start, length), start);
  } finally {
    closeSync(file);
  }
}

function footerOf(bytes: Buffer, start: number): ParquetFooter {
  const reader = new CompactReader(bytes);
  const elements: Element[] = [];
  let rows = -1;
  reader.struct({
    [META.schema]: () => {
      reader.list(() => elements.push(elementOf(reader)));
    },
    [META.rows]: () => {
      rows = reader.integer();
    },
  });
  if (rows < 0 || !Number.isSafeInteger(rows) || elements.length === 0) {
    throw new FooterFault('its footer does not state schema and rows');
  }
  const topLevel = topLevelElements(elements);
  return {
    rows,
    inexact: inexactElement(elements, topLevel),
    utcNanos: topLevel.flatMap(({ name, utcNanosAt }) => (utcNanosAt === null ? [] : [{ column: name, flagAt: start + utcNanosAt }])),
  };
}

function elementOf(reader: CompactReader): Element {
  const element: Element = { name: '', type: -1, children: 0, precision: 0, isDecimal: false, isTimeOfNanos: false, utcNanosAt: null };
  const fields: FieldVisitor = {
    [ELEMENT.type]: () => (element.type = reader.integer()),
    [ELEMENT.name]: () => (element.name = reader.binary().toString('utf8')),
    [ELEMENT.children]: () => (element.children = reader.integer()),
    [ELEMENT.converted]: () => (element.isDecimal ||= reader.integer() === CONVERTED_DECIMAL),
    [ELEMENT.precision]: () => (element.precision = reader.integer()),
    [ELEMENT.logical]: () => {
      readLogicalType(reader, element);
    },
  };
  reader.struct(fields);
  return element;
}

function readLogicalType(reader: CompactReader, element: Element): void {
  reader.struct({
    [LOGICAL.decimal]: () => {
      element.isDecimal = true;
      reader.skip();
    },
    [LOGICAL.time]: () => {
      element.isTimeOfNanos = readMoment(reader).isNanos;
    },
    [LOGICAL.timestamp]: () => {
      const { isNanos, utcAt } = readMoment(reader);
      element.utcNanosAt = isNanos ? utcAt : null;
    },
  });
}

/** TimestampType and TimeType are alike: whether UTC, and the unit. */
function readMoment(reader: CompactReader): { readonly isNanos: boolean; readonly utcAt: number | null } {
  const moment: { isNanos: boolean; utcAt: number | null } = { isNanos: false, utcAt: null };
  reader.struct({
    [UTC_FLAG]: (value, at) => {
      moment.utcAt = value === true ? at : null;
    },
    [UNIT]: () => {
      reader.struct({
        [NANOS]: () => {
          moment.isNanos = true;
          reader.skip();
        },
      });
    },
  });
  return moment;
}

/** The schema is written depth first behind its root. */
function topLevelElements(elements: readonly Element[]): readonly Element[] {
  const found: Element[] = [];
  for (let at = 1; at < elements.length; at += 1) {
    const element = elements[at] as Element;
    found.push(element);
    for (let below = element.children; below > 0 && at + 1 < elements.length; below -= 1) {
      at += 1;
      below += (elements[at] as Element).children;
    }
  }
  return found;
}

function inexactElement(elements: readonly Element[], topLevel: readonly Element[]): string | null {
  for (const element of elements) {
    const { name, type, precision, isDecimal, isTimeOfNanos, utcNanosAt } = element;
    if (isDecimal && precision > MAX_DECIMAL_DIGITS) {
      return `The column ${name} has decimals of ${precision} digits; at most ${MAX_DECIMAL_DIGITS} can be read exactly.`;
    }
    if (type === INT96) {
      return `The column ${name} has timestamps of the old type INT96, which cannot be read exactly.`;
    }
    if (isTimeOfNanos || (utcNanosAt !== null && !topLevel.includes(element))) {
      return `The column ${name} has nanoseconds where only microseconds can be read.`;
    }
  }
  return null;
}

function bytesAt(file: number, start: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let done = 0; done < length;) {
    const count = readSync(file, bytes, done, length - done, start + done);
    if (count === 0) {
      throw new FooterFault('it ends too early');
    }
    done += count;
  }
  return bytes;
}

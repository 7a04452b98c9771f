/**
 * One column of one row group while it is filled: definition and repetition levels, values, and the pages that are full,
 * already compressed. So memory holds one open page a column and compressed ones besides.
 */
import { crc32, zstdCompressSync, constants } from 'node:zlib';
import type { Value } from '../../types/column-type.ts';
import { BooleanEncoder } from './boolean-encoder.ts';
import { BytesEncoder } from './bytes-encoder.ts';
import { bitWidthOf, encodeHybrid } from './hybrid-encoding.ts';
import {
  BigIntEncoder,
  DateEncoder,
  DoubleEncoder,
  SafeIntegerEncoder,
  SmallDecimalEncoder,
  WideDecimalEncoder,
} from './number-encoder.ts';
import type { ParquetColumn } from './parquet-schema.ts';
import { TextEncoder } from './text-encoder.ts';
import { encodeStruct, type ThriftField } from './thrift-compact.ts';
import { ENCODING, wrongValue, type MinMax, type ValueEncoder } from './value-encoder.ts';

/** A page ends at a row boundary once it has this many bytes of values or this many rows. */
const PAGE_BYTES = 1024 * 1024;
const PAGE_ROWS = 20_000;
/** Level 1 costs a sixth less time than 3 and the files are as large. */
const ZSTD_OPTIONS = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/** Definition levels: NULL; of a REPEATED column besides an empty list, a NULL element, an element. */
const NULL_LEVEL = 0;
const EMPTY_LIST_LEVEL = 1;
const NULL_ELEMENT_LEVEL = 2;

const PAGE_TYPE = { data: 0, dictionary: 2 } as const;

/** A finished column chunk: header and body of its pages one after another, the dictionary first. */
export interface FinishedChunk {
  readonly parts: readonly Uint8Array[];
  readonly dictionaryBytes: number;
  readonly compressedBytes: number;
  readonly uncompressedBytes: number;
  /** Values, NULLs and empty lists counted too. */
  readonly levels: number;
  readonly nulls: number;
  readonly encodings: readonly number[];
  readonly minMax: MinMax | null;
}

export class ColumnChunk {
  private readonly values: ValueEncoder;
  private readonly repeated: boolean;
  private readonly maxDefinition: number;
  private definitions = new Uint8Array(1024);
  private repetitions = new Uint8Array(0);
  private levels = 0;
  private rows = 0;
  private parts: Uint8Array[] = [];
  private compressed = 0;
  private uncompressed = 0;
  private chunkLevels = 0;
  private nulls = 0;
  private readonly encodings = new Set<number>();

  constructor(column: ParquetColumn, whole: boolean) {
    this.repeated = column.repeated;
    this.maxDefinition = column.repeated ? 3 : 1;
    this.values = encoderOf(column, whole);
    if (column.repeated) this.repetitions = new Uint8Array(1024);
  }

  /** Bytes that this chunk holds in memory, about. */
  get heldBytes(): number {
    return this.compressed + this.values.sizeBytes + this.levels;
  }

  /** One row's value; `null` is NULL. */
  append(value: Value): void {
    if (value === null) {
      this.level(NULL_LEVEL, 0);
    } else {
      this.values.append(value);
      this.level(this.maxDefinition, 0);
    }
    this.endRow();
  }

  /** One row's list of a REPEATED column. */
  appendList(elements: readonly Value[]): void {
    if (elements.length === 0) this.level(EMPTY_LIST_LEVEL, 0);
    for (const [index, element] of elements.entries()) {
      if (element !== null) this.values.append(element);
      this.level(element === null ? NULL_ELEMENT_LEVEL : this.maxDefinition, index === 0 ? 0 : 1);
    }
    this.endRow();
  }

  finish(): FinishedChunk {
    if (this.levels > 0) this.endPage();
    const dictionary = this.values.takeDictionary();
    const dictionaryParts: Uint8Array[] = [];
    let dictionaryBytes = 0;
    if (dictionary !== null) {
      this.encodings.add(ENCODING.PLAIN);
      const header: ThriftField = {
        id: 7,
        kind: 'struct',
        value: [
          { id: 1, kind: 'i32', value: dictionary.count },
          { id: 2, kind: 'i32', value: ENCODING.PLAIN },
        ],
      };
      dictionaryBytes = this.writePage(dictionaryParts, PAGE_TYPE.dictionary, header, dictionary.body);
    }
    const chunk: FinishedChunk = {
      parts: [...dictionaryParts, ...this.parts],
      dictionaryBytes,
      compressedBytes: this.compressed,
      uncompressedBytes: this.uncompressed,
      levels: this.chunkLevels,
      nulls: this.nulls,
      encodings: [...this.encodings].toSorted((a, b) => a - b),
      minMax: this.values.takeMinMax(),
    };
    this.parts = [];
    this.compressed = 0;
    this.uncompressed = 0;
    this.chunkLevels = 0;
    this.nulls = 0;
    this.encodings.clear();
    return chunk;
  }

  private level(definition: number, repetition: number): void {
    if (this.levels === this.definitions.length) {
      this.definitions = doubled(this.definitions);
      if (this.repeated) this.repetitions = doubled(this.repetitions);
    }
    this.definitions[this.levels] = definition;
    if (this.repeated) this.repetitions[this.levels] = repetition;
    if (definition < this.maxDefinition) this.nulls += 1;
    this.levels += 1;
  }

  private endRow(): void {
    this.rows += 1;
    const { values } = this;
    if (values instanceof TextEncoder && values.shouldLeaveDictionary()) {
      this.endPage();
      values.leaveDictionary();
    } else if (this.rows >= PAGE_ROWS || values.sizeBytes >= PAGE_BYTES) {
      this.endPage();
    }
  }

  private endPage(): void {
    const { encoding, body } = this.values.takePage();
    this.encodings.add(encoding).add(ENCODING.RLE);
    const levels = [this.repeated ? withLength(encodeHybrid(this.repetitions, this.levels, 1)) : new Uint8Array(0)];
    levels.push(withLength(encodeHybrid(this.definitions, this.levels, bitWidthOf(this.maxDefinition))));
    const header: ThriftField = {
      id: 5,
      kind: 'struct',
      value: [
        { id: 1, kind: 'i32', value: this.levels },
        { id: 2, kind: 'i32', value: encoding },
        { id: 3, kind: 'i32', value: ENCODING.RLE },
        { id: 4, kind: 'i32', value: ENCODING.RLE },
      ],
    };
    this.writePage(this.parts, PAGE_TYPE.data, header, Buffer.concat([...levels, body]));
    this.chunkLevels += this.levels;
    this.levels = 0;
    this.rows = 0;
  }

  private writePage(parts: Uint8Array[], type: number, kindHeader: ThriftField, body: Uint8Array): number {
    const compressed = zstdCompressSync(body, ZSTD_OPTIONS);
    const header = encodeStruct([
      { id: 1, kind: 'i32', value: type },
      { id: 2, kind: 'i32', value: body.length },
      { id: 3, kind: 'i32', value: compressed.length },
      { id: 4, kind: 'i32', value: crc32(compressed) | 0 },
      kindHeader,
    ]);
    parts.push(header, compressed);
    this.compressed += header.length + compressed.length;
    this.uncompressed += header.length + body.length;
    return header.length + compressed.length;
  }
}

function encoderOf({ type, repeated }: ParquetColumn, whole: boolean): ValueEncoder {
  switch (type.kind) {
    case 'STRING':
    case 'JSON':
      return new TextEncoder(type, repeated);
    case 'BYTES':
      return new BytesEncoder();
    case 'BOOL':
      return new BooleanEncoder();
    case 'FLOAT64':
      return new DoubleEncoder(type);
    case 'DATE':
      return new DateEncoder(type);
    case 'TIME':
      return new SafeIntegerEncoder(type);
    case 'INT64':
      return whole ? new SafeIntegerEncoder(type) : new BigIntEncoder(type);
    case 'DATETIME':
    case 'TIMESTAMP':
      return new BigIntEncoder(type);
    case 'DECIMAL':
      if (type.precision > 38 || type.scale > type.precision) throw wrongValue(type, type.precision);
      if (type.precision <= 9) return new SmallDecimalEncoder(type);
      return type.precision <= 18 ? new BigIntEncoder(type) : new WideDecimalEncoder(type);
  }
}

function doubled(levels: Uint8Array): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(levels.length * 2);
  larger.set(levels);
  return larger;
}

/** Levels of a data page stand behind their length. */
function withLength(encoded: Uint8Array): Uint8Array {
  const bytes = Buffer.allocUnsafe(4 + encoded.length);
  bytes.writeUInt32LE(encoded.length);
  bytes.set(encoded, 4);
  return bytes;
}

/**
 * How each column type stands in a Parquet file. Every column is optional, also where the spec forbids NULL, so that all
 * files of a source have one schema whatever the spec's version says about NULL.
 *
 * | type | physical | logical |
 * |---|---|---|
 * | STRING, JSON | BYTE_ARRAY | STRING, JSON |
 * | INT64 | INT64 | INTEGER(64, signed) |
 * | DECIMAL(p,s) | INT32 to 9 digits, INT64 to 18, else FIXED_LEN_BYTE_ARRAY(16) | DECIMAL(p,s) |
 * | FLOAT64 | DOUBLE | |
 * | BOOL | BOOLEAN | |
 * | DATE | INT32 | DATE |
 * | TIME | INT64 | TIME(MICROS, local) |
 * | DATETIME | INT64 | TIMESTAMP(MICROS, local) |
 * | TIMESTAMP | INT64 | TIMESTAMP(MICROS, UTC) |
 * | BYTES | BYTE_ARRAY | |
 *
 * REPEATED columns are 3-level lists: optional group (LIST) of repeated group `list` of optional `element`.
 */
import type { ColumnType } from '../../types/column-type.ts';
import { utf8, type ThriftField } from './thrift-compact.ts';

export const PHYSICAL = { BOOLEAN: 0, INT32: 1, INT64: 2, DOUBLE: 5, BYTE_ARRAY: 6, FIXED_LEN_BYTE_ARRAY: 7 } as const;
export type PhysicalName = keyof typeof PHYSICAL;

/** Bytes of a decimal of more than 18 digits. */
export const WIDE_DECIMAL_BYTES = 16;

/** A column of a Parquet file. */
export interface ParquetColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly repeated: boolean;
}

export function physicalOf(type: ColumnType): PhysicalName {
  switch (type.kind) {
    case 'STRING':
    case 'JSON':
    case 'BYTES':
      return 'BYTE_ARRAY';
    case 'INT64':
    case 'TIME':
    case 'DATETIME':
    case 'TIMESTAMP':
      return 'INT64';
    case 'DECIMAL':
      return type.precision <= 9 ? 'INT32' : type.precision <= 18 ? 'INT64' : 'FIXED_LEN_BYTE_ARRAY';
    case 'FLOAT64':
      return 'DOUBLE';
    case 'BOOL':
      return 'BOOLEAN';
    case 'DATE':
      return 'INT32';
  }
}

/** Names from the root to the leaf that holds the values. */
export function leafPath(column: ParquetColumn): readonly string[] {
  return column.repeated ? [column.name, 'list', 'element'] : [column.name];
}

const REQUIRED = 0;
const OPTIONAL = 1;
const REPEATED = 2;
/** ConvertedType, the older notation, where it says exactly the same. */
const CONVERTED = { UTF8: 0, LIST: 3, DECIMAL: 5, DATE: 6, TIMESTAMP_MICROS: 10, INT_64: 18, JSON: 19 } as const;

/** The SchemaElements of a file: the root, then every column, depth first. */
export function schemaElements(columns: readonly ParquetColumn[]): readonly (readonly ThriftField[])[] {
  const root: readonly ThriftField[] = [
    { id: 3, kind: 'i32', value: REQUIRED },
    { id: 4, kind: 'binary', value: utf8('schema') },
    { id: 5, kind: 'i32', value: columns.length },
  ];
  return [root, ...columns.flatMap(elementsOf)];
}

function elementsOf(column: ParquetColumn): readonly (readonly ThriftField[])[] {
  if (!column.repeated) return [leafElement(column.name, column.type)];
  return [
    [...group(column.name, OPTIONAL), { id: 6, kind: 'i32', value: CONVERTED.LIST }, logical(3, [])],
    group('list', REPEATED),
    leafElement('element', column.type),
  ];
}

function group(name: string, repetition: number): readonly ThriftField[] {
  return [
    { id: 3, kind: 'i32', value: repetition },
    { id: 4, kind: 'binary', value: utf8(name) },
    { id: 5, kind: 'i32', value: 1 },
  ];
}

function leafElement(name: string, type: ColumnType): readonly ThriftField[] {
  const physical = physicalOf(type);
  const fields: ThriftField[] = [{ id: 1, kind: 'i32', value: PHYSICAL[physical] }];
  if (physical === 'FIXED_LEN_BYTE_ARRAY') fields.push({ id: 2, kind: 'i32', value: WIDE_DECIMAL_BYTES });
  fields.push({ id: 3, kind: 'i32', value: OPTIONAL }, { id: 4, kind: 'binary', value: utf8(name) });
  return [...fields, ...annotation(type)];
}

function annotation(type: ColumnType): readonly ThriftField[] {
  switch (type.kind) {
    case 'STRING':
      return [converted(CONVERTED.UTF8), logical(1, [])];
    case 'JSON':
      return [converted(CONVERTED.JSON), logical(12, [])];
    case 'INT64':
      return [converted(CONVERTED.INT_64), logical(10, integer64())];
    case 'DECIMAL':
      return [
        converted(CONVERTED.DECIMAL),
        { id: 7, kind: 'i32', value: type.scale },
        { id: 8, kind: 'i32', value: type.precision },
        logical(5, [
          { id: 1, kind: 'i32', value: type.scale },
          { id: 2, kind: 'i32', value: type.precision },
        ]),
      ];
    case 'DATE':
      return [converted(CONVERTED.DATE), logical(6, [])];
    case 'TIME':
      return [logical(7, microseconds(false))];
    case 'DATETIME':
      return [logical(8, microseconds(false))];
    case 'TIMESTAMP':
      return [converted(CONVERTED.TIMESTAMP_MICROS), logical(8, microseconds(true))];
    case 'FLOAT64':
    case 'BOOL':
    case 'BYTES':
      return [];
  }
}

function converted(value: number): ThriftField {
  return { id: 6, kind: 'i32', value };
}

/** Field 10 of a SchemaElement: a union, of which `member` is set. */
function logical(member: number, value: readonly ThriftField[]): ThriftField {
  return { id: 10, kind: 'struct', value: [{ id: member, kind: 'struct', value }] };
}

function integer64(): readonly ThriftField[] {
  return [
    { id: 1, kind: 'byte', value: 64 },
    { id: 2, kind: 'bool', value: true },
  ];
}

function microseconds(utc: boolean): readonly ThriftField[] {
  return [
    { id: 1, kind: 'bool', value: utc },
    { id: 2, kind: 'struct', value: [{ id: 2, kind: 'struct', value: [] }] },
  ];
}

/**
 * The checked record read back from its JSON: the exact inverse of record-json.ts. Only the one text that a record has is accepted, member for member: what
 * another program wrote in its place (other order, 1.50 for 1.5, a member twice) is no checked record, and is not taken for one.
 */
import { isUtf8 } from 'node:buffer';
import type { FindingCode } from '../engine/findings/catalogue.ts';
import { hasNanos, outputColumns } from '../engine/output-columns.ts';
import type { Cell, OutputColumn } from '../engine/output/file-output.ts';
import type { Finding } from '../engine/report.ts';
import type { SourceSpec } from '../spec/source-spec.ts';
import type { ColumnType, Value } from '../types/column-type.ts';
import { readValue } from '../types/read-value.ts';
import { createRecordJson } from './record-json.ts';

export interface ReadRecordCells {
  /** In the order of outputColumns(spec). */
  readonly cells: readonly Cell[];
  /** The same by the schema's columns alone, as expressions of the spec read them. */
  readonly values: readonly Cell[];
  readonly extra: string | null;
  readonly warnings: readonly Finding[];
}

/** Where a text is no record of the spec: the first thing that is wrong, without the value. */
export interface RecordJsonFault {
  readonly code: Extract<FindingCode, 'ENCODING_INVALID' | 'RECORD_UNPARSABLE' | 'TYPE_MISMATCH' | 'FIELD_UNKNOWN'>;
  readonly column: string | null;
  readonly expected: string;
}

export type ReadRecordJson = (bytes: Uint8Array) => { readonly record: ReadRecordCells } | { readonly fault: RecordJsonFault };

type Members = Readonly<Record<string, unknown>>;

export function createReadRecordJson(spec: SourceSpec): ReadRecordJson {
  const columns = outputColumns(spec);
  const known = new Set([...columns.map(({ name }) => name), '_extra', '_warnings']);
  const isOwn = spec.schema.flatMap((column) => (hasNanos(column) ? [true, false] : [true]));
  const write = createRecordJson(spec);
  return (bytes) => {
    if (!isUtf8(bytes)) return fault('ENCODING_INVALID', null, 'UTF-8');
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
    const members = membersOf(text);
    if (members === null) return fault('RECORD_UNPARSABLE', null, 'an object of JSON');
    const unknown = Object.keys(members).some((name) => !known.has(name));
    if (unknown) return fault('FIELD_UNKNOWN', null, 'columns of the spec');
    const cells: Cell[] = [];
    for (const column of columns) {
      const cell = readCell(column, Object.hasOwn(members, column.name) ? members[column.name] : undefined);
      if (cell === undefined) return fault('TYPE_MISMATCH', column.name, `${column.type.kind} as the checked record writes it`);
      cells.push(cell);
    }
    const { _extra: extra = null, _warnings: warnings } = members;
    const told = warnings === undefined ? [] : findingsOf(warnings);
    if (told === null || (extra !== null && typeof extra !== 'string')) return fault('RECORD_UNPARSABLE', null, 'texts of JSON');
    const record = { cells, values: cells.filter((_, index) => isOwn[index]), extra, warnings: told };
    return write(record) === text ? { record } : fault('RECORD_UNPARSABLE', null, 'the one text that a checked record has');
  };
}

function fault(code: RecordJsonFault['code'], column: string | null, expected: string): { readonly fault: RecordJsonFault } {
  return { fault: { code, column, expected } };
}

function membersOf(text: string): Members | null {
  const data = parsed(text);
  return typeof data === 'object' && data !== null && !Array.isArray(data) ? (data as Members) : null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** That these are findings follows from the text, which is compared as a whole. */
function findingsOf(member: unknown): readonly Finding[] | null {
  const list = typeof member === 'string' ? parsed(member) : undefined;
  return Array.isArray(list) && list.length > 0 ? (list as readonly Finding[]) : null;
}

/** undefined for what is not of the column's type; an absent member is NULL. */
function readCell({ type, repeated }: OutputColumn, member: unknown): Cell | undefined {
  if (member === undefined) return null;
  if (!repeated) return readOne(type, member) ?? undefined;
  if (!Array.isArray(member)) return undefined;
  const values: Value[] = [];
  for (const item of member as readonly unknown[]) {
    const value = item === null ? null : readOne(type, item);
    if (value === undefined) return undefined;
    values.push(value);
  }
  return values;
}

function readOne(type: ColumnType, member: unknown): Value | undefined {
  if (type.kind === 'BOOL') return typeof member === 'boolean' ? member : undefined;
  if (typeof member !== 'string') return undefined;
  // JSON travels as its own text, which was checked where the message was.
  if (type.kind === 'STRING' || type.kind === 'JSON') return member;
  const reading = readValue(type, member);
  return reading.ok ? reading.value : undefined;
}

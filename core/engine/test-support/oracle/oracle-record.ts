/** One record before it is written in a format: what stands in each column, and which codes that must bring. */
import type { PlainFormat } from '../plain-spec.ts';
import type { FindingCode } from '../../findings/catalogue.ts';
import type { OracleColumn } from './oracle-columns.ts';
import type { SeededRandom } from './seeded-random.ts';

export interface OracleCell {
  readonly column: OracleColumn;
  /** `undecodable` is a good text with bytes in it that are no text in the encoding. */
  readonly state: 'value' | 'null' | 'missing' | 'undecodable';
  readonly text: string;
  readonly literal: boolean;
  readonly codes: readonly FindingCode[];
}

export interface OracleRecord {
  readonly cells: readonly OracleCell[];
  /** A member or element that the schema does not know. */
  readonly unknown: boolean;
  /** Every code in its order; [] for a good record. */
  readonly codes: readonly FindingCode[];
  /** Warnings of the rules, where the record is good. */
  readonly warnings: number;
}

export interface RecordContext {
  readonly format: PlainFormat;
  readonly random: SeededRandom;
  /** Keys of the records that stay, in file order. */
  readonly keys: Set<string>;
  /** Whether bytes can be no text in the encoding of the file. */
  readonly canBeUndecodable: boolean;
}

/** Share of records with faults, and of columns that fail in such a record. */
const BAD_SHARE = 0.25;
const DUPLICATE_SHARE = 0.04;

export function makeRecord(columns: readonly OracleColumn[], context: RecordContext): OracleRecord {
  const { random, format, keys } = context;
  const isBad = random.chance(BAD_SHARE);
  const failing = new Set(isBad ? [random.pick(columns), random.pick(columns)] : []);
  let cells = columns.map((column) => (failing.has(column) ? badCell(column, context) : goodCell(column, context)));
  if (!isBad && keys.size > 0 && random.chance(DUPLICATE_SHARE)) {
    const key = random.pick([...keys]);
    cells = cells.map((cell) => (cell.column.name === 'id' ? { ...cell, text: key } : cell));
  }
  const unknown = isBad && format !== 'csv' && random.chance(0.3);
  const own = [...cells.flatMap(({ codes }) => codes), ...(unknown ? (['FIELD_UNKNOWN'] as const) : []), ...failedRules(cells)];
  const id = textOf(cells, 'id') ?? '';
  const codes: readonly FindingCode[] = own.length === 0 && keys.has(id) ? ['DUPLICATE_KEY'] : own;
  if (codes.length === 0) keys.add(id);
  return { cells, unknown, codes, warnings: codes.length === 0 && textOf(cells, 'qty') === '7' ? 1 : 0 };
}

function goodCell(column: OracleColumn, { random, format }: RecordContext): OracleCell {
  const mayBeNull = column.more.nullable !== false && random.chance(0.15);
  const state = !mayBeNull ? 'value' : format === 'xml' || (format !== 'csv' && random.chance(0.5)) ? 'missing' : 'null';
  return { column, state, text: column.good(random), literal: column.literal, codes: [] };
}

function badCell(column: OracleColumn, context: RecordContext): OracleCell {
  const { random, format, canBeUndecodable } = context;
  if (column.more.nullable === false && random.chance(0.3)) {
    const isMissing = format === 'xml' || (format !== 'csv' && random.chance(0.5));
    const codes: readonly FindingCode[] = [isMissing ? 'FIELD_MISSING' : 'NULL_NOT_ALLOWED'];
    return { column, state: isMissing ? 'missing' : 'null', text: '', literal: false, codes };
  }
  if (column.name === 'note' && canBeUndecodable && random.chance(0.6)) {
    return { column, state: 'undecodable', text: 'abc', literal: false, codes: ['ENCODING_INVALID'] };
  }
  const isJson = format === 'json' || format === 'jsonl';
  // In JSON a text is a JSON value of its own: there is no bad one that leaves the record well-formed.
  if (isJson && column.type.kind === 'JSON') return goodCell(column, context);
  const { text, codes, literal = false } = column.bad(random);
  return { column, state: 'value', text, literal, codes };
}

/** The rules of oracle-spec.ts, judged by hand. */
function failedRules(cells: readonly OracleCell[]): readonly FindingCode[] {
  const failed = (name: string): boolean => cells.some(({ column, codes }) => column.name === name && codes.length > 0);
  if (failed('qty')) return [];
  const quantity = textOf(cells, 'qty');
  const codes: FindingCode[] = quantity === '13' ? ['RULE_FAILED'] : [];
  const isLargeSale = !failed('side') && textOf(cells, 'side') === 'SELL' && Number(quantity ?? 0) > 500_000;
  return isLargeSale ? [...codes, 'RULE_FAILED'] : codes;
}

/** null where the column has no value. */
function textOf(cells: readonly OracleCell[], name: string): string | null {
  const cell = cells.find(({ column }) => column.name === name);
  return cell?.state === 'value' ? cell.text : null;
}

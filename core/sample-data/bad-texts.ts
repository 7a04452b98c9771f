/** What can be wrong with one column's value, one way at a time. */
import type { Column, SourceSpec } from '../spec/source-spec.ts';
import type { FindingCode } from '../engine/findings/catalogue.ts';
import { printDecimal } from '../types/decimal.ts';
import { wrongIdentifier } from './identifiers.ts';
import type { Random } from './random.ts';

export interface BadText {
  readonly code: FindingCode;
  readonly text: string | null;
}

/** In the order of the catalogue. A candidate may break more than it says; the engine's checks decide which are used. */
export function badTexts(column: Column, spec: SourceSpec, good: string, random: Random): readonly BadText[] {
  const bad: BadText[] = [];
  if (!column.nullable && column.default === null) bad.push({ code: nullCode(column, spec), text: null });
  // Whatever stands in a JSON column of Parquet or of JSON is JSON, a text in quotes at the least.
  const isJson = ['parquet', 'json', 'jsonl'].includes(spec.source.format);
  const isAny = ['STRING', 'BYTES'].includes(column.type.kind) || (column.type.kind === 'JSON' && isJson);
  if (!isAny) bad.push({ code: 'TYPE_MISMATCH', text: cutToWidth(column, 'not a value') });
  const separator = spec.source.csv.decimal_separator;
  if (column.min_value !== null) bad.push({ code: 'VALUE_OUT_OF_RANGE', text: beside(column, column.min_value, -1n, separator) });
  else if (column.max_value !== null) bad.push({ code: 'VALUE_OUT_OF_RANGE', text: beside(column, column.max_value, 1n, separator) });
  if (column.allowed_values !== null) bad.push({ code: 'VALUE_NOT_ALLOWED', text: column.type.kind === 'STRING' ? `${good}?` : '99' });
  if (column.max_length !== null) bad.push({ code: 'VALUE_TOO_LONG', text: good.padEnd(column.max_length + 1, 'x') });
  if (column.pattern !== null) bad.push({ code: 'PATTERN_MISMATCH', text: `?${good.slice(1)}` });
  if (column.check !== null) bad.push({ code: 'CHECK_DIGIT', text: wrongIdentifier(column.check, random) });
  return bad.filter(({ text }) => text !== '');
}

/**
 * How a missing value shows: an absent XML element or FIX field, else an empty field or a JSON null. An element that also carries another column's
 * attribute or child stays, and is empty.
 */
function nullCode(column: Column, spec: SourceSpec): FindingCode {
  if (spec.source.format === 'fix') return 'FIELD_MISSING';
  if (spec.source.format !== 'xml' || column.locator.kind !== 'xpath') return 'NULL_NOT_ALLOWED';
  const own = column.locator.steps.map((step) => JSON.stringify(step));
  const stays = spec.schema.some(({ name, locator }) => {
    const steps = locator.kind === 'xpath' ? locator.steps.map((step) => JSON.stringify(step)) : [];
    return name !== column.name && own.every((step, index) => steps[index] === step);
  });
  return stays ? 'NULL_NOT_ALLOWED' : 'FIELD_MISSING';
}

/** As much of a text as the column's characters hold. */
function cutToWidth({ locator }: Column, text: string): string {
  return locator.kind === 'characters' ? text.slice(0, locator.width).trim() : text;
}

function beside(column: Column, bound: unknown, step: bigint, separator: '.' | ','): string {
  if (typeof bound !== 'bigint') return '';
  if (column.type.kind === 'INT64') return String(bound + step);
  if (column.type.kind === 'DECIMAL') return printDecimal(bound + step, column.type.scale).replace('.', separator);
  return '';
}

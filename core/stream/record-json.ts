/**
 * The checked record as JSON: what travels from the bridge to the warehouse. A member per output column of the spec in their order, NULL left out;
 * decimals, integers, floats, dates and times as strings in their shortest exact text, BOOL as true or false, JSON as a string of its text, BYTES in base64,
 * REPEATED as an array; `_extra` and `_warnings` as strings of JSON text where there are some. One text per record, so that its bytes can be
 * compared. A writer per column is made once: nothing looks at types while messages go by.
 */
import { splitMicros } from '../types/calendar.ts';
import type { ColumnType, Value } from '../types/column-type.ts';
import { printDecimal } from '../types/decimal.ts';
import { printDate, printTime, printValue } from '../types/print-value.ts';
import type { CheckedMessage } from '../engine/message-checker.ts';
import type { Cell, OutputColumn } from '../engine/output/file-output.ts';
import { outputColumns } from '../engine/output-columns.ts';
import type { SourceSpec } from '../spec/source-spec.ts';

/** Of an accepted message only. */
export type RecordJson = (message: Pick<CheckedMessage, 'cells' | 'extra' | 'warnings'>) => string;

type WriteCell = (cell: Cell) => string;

export function createRecordJson(spec: SourceSpec): RecordJson {
  const columns = outputColumns(spec);
  const names = columns.map(({ name }) => `${JSON.stringify(name)}:`);
  const writers = columns.map(cellWriter);
  return ({ cells, extra, warnings }) => {
    let text = '';
    for (let index = 0; index < writers.length; index += 1) {
      const cell = cells[index] as Cell;
      if (cell === null) continue;
      text += `${text === '' ? '{' : ','}${names[index] as string}${(writers[index] as WriteCell)(cell)}`;
    }
    if (extra !== null) text += `${text === '' ? '{' : ','}"_extra":${JSON.stringify(extra)}`;
    if (warnings.length > 0) text += `${text === '' ? '{' : ','}"_warnings":${JSON.stringify(JSON.stringify(warnings))}`;
    return text === '' ? '{}' : `${text}}`;
  };
}

function cellWriter({ type, repeated }: OutputColumn): WriteCell {
  const write = valueWriter(type);
  if (!repeated) return (cell) => write(cell as Value);
  return (cell) => `[${(cell as readonly Value[]).map((value) => (value === null ? 'null' : write(value))).join(',')}]`;
}

function valueWriter(type: ColumnType): (value: Value) => string {
  switch (type.kind) {
    case 'STRING':
    case 'JSON':
      return (value) => quoted(value as string);
    case 'INT64':
    case 'FLOAT64':
      return (value) => `"${String(value)}"`;
    case 'BOOL':
      return (value) => (value === true ? 'true' : 'false');
    case 'DECIMAL':
      return decimalWriter(type.scale);
    case 'DATE':
      return dateWriter();
    case 'DATETIME':
      return momentWriter('');
    case 'TIMESTAMP':
      return momentWriter('Z');
    case 'TIME':
    case 'BYTES':
      return (value) => `"${printValue(type, value) ?? ''}"`;
  }
}

/** Texts up to this long are looked at letter by letter; longer ones are left to JSON.stringify. */
const PLAIN_LENGTH_MAX = 40;

/** As JSON.stringify, without its start-up where the text is short and has nothing to escape. */
function quoted(text: string): string {
  const { length } = text;
  if (length > PLAIN_LENGTH_MAX) return JSON.stringify(text);
  for (let index = 0; index < length; index += 1) {
    const unit = text.charCodeAt(index);
    // Control characters, quote, backslash; beyond ASCII there may be half a character.
    if (unit < 0x20 || unit === 0x22 || unit === 0x5c || unit > 0x7e) return JSON.stringify(text);
  }
  return `"${text}"`;
}

const SAFE = BigInt(Number.MAX_SAFE_INTEGER);

function decimalWriter(scale: number): (value: Value) => string {
  const unit = 10n ** BigInt(scale);
  return (value) => {
    const digits = value as bigint;
    // A whole number, as quantities often are.
    if (digits <= SAFE && digits >= -SAFE && Number(digits) % Number(unit) === 0 && scale <= 15) {
      return `"${String(Number(digits) / Number(unit) + 0)}"`;
    }
    return `"${printDecimal(digits, scale)}"`;
  };
}

/** Days of one stream are few: the last one's text is kept. */
function dateWriter(): (value: Value) => string {
  let last = Number.NaN;
  let text = '';
  return (value) => {
    if (value !== last) {
      last = value as number;
      text = `"${printDate(last)}"`;
    }
    return text;
  };
}

const MICROS_PER_SECOND = 1_000_000;

/** Messages come in the order of their times, more or less: the last second's text is kept. */
function momentWriter(end: string): (value: Value) => string {
  let lastSecond = Number.NaN;
  let prefix = '';
  return (value) => {
    const micros = value as bigint;
    if (micros < 0n || micros > SAFE) return `"${slowMoment(micros)}${end}"`;
    const number = Number(micros);
    const rest = number % MICROS_PER_SECOND;
    const second = (number - rest) / MICROS_PER_SECOND;
    if (second !== lastSecond) {
      lastSecond = second;
      prefix = `"${slowMoment(BigInt(second) * 1_000_000n).slice(0, -6)}`;
    }
    // The leading 1 keeps the zeros.
    return `${prefix}${String(MICROS_PER_SECOND + rest).slice(1)}${end}"`;
  };
}

function slowMoment(micros: bigint): string {
  const { day, microsOfDay } = splitMicros(micros);
  return `${printDate(day)}T${printTime(microsOfDay)}`;
}

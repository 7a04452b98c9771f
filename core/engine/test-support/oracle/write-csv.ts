/** Writes records as CSV in many dialects, with the faults that only CSV has. */
import type { CsvDialect } from '../../../spec/source-spec.ts';
import type { FindingCode } from '../../findings/catalogue.ts';
import { undecodableBytes, type DraftFile, type Encoding } from './draft-file.ts';
import type { OracleCell, OracleRecord } from './oracle-record.ts';
import type { SeededRandom } from './seeded-random.ts';

export interface CsvLayout {
  readonly dialect: CsvDialect;
  readonly lineEnd: '\n' | '\r\n' | '\r';
  readonly encoding: Encoding;
  readonly maxRecordBytes: number;
  /** Some records have quotes that are not closed; then quoted texts start with a letter, so that no fault hides another. */
  readonly hasOpenQuotes: boolean;
}

/** Share of records that cannot be split. */
const BROKEN_SHARE = 0.06;

export function writeCsvHead(draft: DraftFile, names: readonly string[], layout: CsvLayout, random: SeededRandom): void {
  const { dialect, lineEnd } = layout;
  for (let row = 0; row < dialect.skip_rows; row += 1) draft.text(`skipped "row ${row}${lineEnd}`);
  writeBetween(draft, layout, random);
  if (dialect.has_header) draft.text(`${names.join(dialect.delimiter)}${lineEnd}`);
}

/** Comments and blank lines, now and then. */
function writeBetween(draft: DraftFile, { dialect, lineEnd }: CsvLayout, random: SeededRandom): void {
  if (dialect.comment !== null && random.chance(0.1)) draft.text(`${dialect.comment} a "comment, of no record${lineEnd}`);
  if (random.chance(0.05)) draft.text(lineEnd);
}

/** Gives whether the record was written as it is: false where a fault of the file took its place. */
export function writeCsvRecord(draft: DraftFile, record: OracleRecord, layout: CsvLayout, random: SeededRandom, isLast: boolean): boolean {
  const fault = random.chance(BROKEN_SHARE) ? random.pick(faultsOf(layout)) : null;
  const fields = record.cells.map((cell) => fieldOf(cell, layout, random));
  const codes: readonly FindingCode[] = fault === null ? record.codes : [fault.code];
  draft.record(codes, layout.maxRecordBytes, () => {
    writeFields(draft, fault === null ? fields : fault.apply(fields, layout), layout);
  });
  if (!isLast || random.chance(0.5)) draft.text(layout.lineEnd);
  if (!isLast) writeBetween(draft, layout, random);
  return fault === null;
}

/** A field as the pieces that stand in the file: texts, and bytes that are no text. */
type Field = readonly (string | Buffer)[];

interface Fault {
  readonly code: FindingCode;
  apply(fields: readonly Field[], layout: CsvLayout): readonly Field[];
}

const plainFields = (fields: readonly Field[]): readonly Field[] =>
  fields.map((field) => (field.some((piece) => typeof piece !== 'string' || /["\r\n]/.test(piece)) ? ['plain'] : field));

const FEWER: Fault = { code: 'FIELD_COUNT', apply: (fields) => plainFields(fields).slice(0, -1) };
const MORE: Fault = { code: 'FIELD_COUNT', apply: (fields) => [...plainFields(fields), ['more']] };
const TOO_LONG: Fault = {
  code: 'RECORD_TOO_LONG',
  apply: (fields, { maxRecordBytes }) => [...plainFields(fields).slice(0, -1), ['z'.repeat(maxRecordBytes + 10)]],
};
const AFTER_QUOTE: Fault = { code: 'RECORD_UNPARSABLE', apply: (fields) => [...plainFields(fields).slice(0, -1), ['"ab"cd']] };
const OPEN_QUOTE: Fault = {
  code: 'RECORD_UNPARSABLE',
  apply: (fields) => [...plainFields(fields).slice(0, 2), ['"open'], ...plainFields(fields).slice(3)],
};

function faultsOf({ hasOpenQuotes, dialect }: CsvLayout): readonly Fault[] {
  const always = [FEWER, MORE, TOO_LONG];
  if (dialect.quote === null) return always;
  return hasOpenQuotes ? [...always, AFTER_QUOTE, OPEN_QUOTE] : [...always, AFTER_QUOTE];
}

function fieldOf(cell: OracleCell, layout: CsvLayout, random: SeededRandom): Field {
  const { dialect } = layout;
  if (cell.state === 'undecodable') return ['abc', undecodableBytes(layout.encoding) ?? ''];
  if (cell.state !== 'value') return [dialect.null_values.length > 0 && random.chance(0.5) ? 'NULL' : ''];
  const text = fittingText(cell.text, layout);
  const quote = dialect.quote ?? '';
  const mustQuote = [dialect.delimiter, quote, '\n', '\r'].some((special) => special !== '' && text.includes(special));
  if (quote === '' || (!mustQuote && !(random.chance(0.2) && /^[a-z0-9]/i.test(text)))) return [text];
  const escape = dialect.escape ?? quote;
  const escaped = escape === quote ? text : text.replaceAll(escape, escape + escape);
  return [`${quote}${escaped.replaceAll(quote, escape + quote)}${quote}`];
}

/** Without quotes a text may hold neither delimiter nor line end; where quotes may be open it must not begin or hold one. */
function fittingText(text: string, { dialect, hasOpenQuotes }: CsvLayout): string {
  if (dialect.quote === null) return text.replaceAll(dialect.delimiter, '_').replaceAll(/["\r\n]/g, '_');
  if (!hasOpenQuotes) return text;
  const plain = text.replaceAll(/[\r\n]/g, '_').replaceAll('"', "'");
  return /^[a-z0-9]/i.test(plain) ? plain : plain.replaceAll(dialect.delimiter, '_');
}

function writeFields(draft: DraftFile, fields: readonly Field[], { dialect }: CsvLayout): void {
  for (const [index, field] of fields.entries()) {
    if (index > 0) draft.text(dialect.delimiter);
    for (const piece of field) {
      if (typeof piece === 'string') draft.text(piece);
      else draft.bytes(piece);
    }
  }
}

/** Records of any spec as CSV in its dialect, with line ends, quotes, blank lines and comments as chance has it. */
import { csvText } from '../../../sample-data/formats/csv-text.ts';
import type { Column, SourceSpec } from '../../../spec/source-spec.ts';
import { CELL } from '../../values/raw-cells.ts';
import { undecodableBytes, type DraftFile } from '../oracle/draft-file.ts';
import type { SeededRandom } from '../oracle/seeded-random.ts';
import type { AnyRecord } from './any-record.ts';
import { marker, type BrokenRecord, type RecordWriter, type WrittenCell, type WrittenRecord } from './record-writer.ts';

type Piece = string | Buffer;
type Field = readonly Piece[];

interface WrittenField {
  readonly field: Field;
  readonly cell: WrittenCell;
}

export class CsvRecordWriter implements RecordWriter {
  private readonly spec: SourceSpec;
  private readonly random: SeededRandom;
  private readonly maxRecordBytes: number;
  private readonly lineEnd: string;
  /** Share of the fields that are quoted without need. */
  private readonly quotedShare: number;
  /** By place in the file: the position in the schema; null for a column that is not loaded. */
  private readonly places: readonly (number | null)[];

  constructor(spec: SourceSpec, random: SeededRandom, maxRecordBytes: number) {
    this.spec = spec;
    this.random = random;
    this.maxRecordBytes = maxRecordBytes;
    this.lineEnd = random.pick(['\n', '\n', '\r\n', '\r']);
    this.quotedShare = random.pick([0, 0.3, 1]);
    this.places = placesOf(spec);
  }

  head(draft: DraftFile): void {
    const { csv } = this.spec.source;
    for (let row = 0; row < csv.skip_rows; row += 1) draft.text(`skipped "row ${row}${this.lineEnd}`);
    this.blankLine(draft);
    // The writer of sample data puts the names where the columns stand.
    const header = csvText(withoutSkippedRows(this.spec), [], null).trimEnd();
    if (csv.has_header) draft.text(`${header}${this.lineEnd}`);
  }

  foot(): void {
    // A CSV ends with its last record.
  }

  between(draft: DraftFile, isLast: boolean): void {
    if (!isLast || this.random.chance(0.5)) draft.text(this.lineEnd);
    if (!isLast) this.blankLine(draft);
  }

  record(record: AnyRecord): WrittenRecord {
    const cells: WrittenCell[] = this.spec.schema.map(() => ({ text: null, kind: CELL.MISSING, elements: null }));
    const fields = this.places.map((place): Field => {
      const column = place === null ? undefined : this.spec.schema[place];
      if (place === null || column === undefined) return ['0'];
      const { field, cell } = this.fieldOf(column, record.texts[place] ?? null, record.undecodable === place);
      cells[place] = cell;
      return field;
    });
    return { pieces: this.joined(fields), cells };
  }

  broken(record: AnyRecord): BrokenRecord {
    const { quote } = this.spec.source.csv;
    const plain = this.places.map((place): Field => {
      const text = place === null ? '0' : (record.texts[place] ?? '');
      return [/^[A-Za-z0-9.+:-]*$/.test(text) ? text : 'plain'];
    });
    const choices: BrokenRecord[] = [
      { codes: ['FIELD_COUNT'], pieces: this.joined([...plain, ['more']]) },
      { codes: ['RECORD_TOO_LONG'], pieces: this.joined([...plain.slice(0, -1), ['z'.repeat(this.maxRecordBytes)]]) },
    ];
    // A line of one empty field is a blank line, and no record.
    if (plain.length > 2) choices.push({ codes: ['FIELD_COUNT'], pieces: this.joined([['a'], ...plain.slice(1, -1)]) });
    if (quote !== null) {
      const at = this.random.integer(0, plain.length - 1);
      const withField = (field: string): readonly Piece[] => this.joined(plain.map((each, place) => (place === at ? [field] : each)));
      choices.push({ codes: ['RECORD_UNPARSABLE'], pieces: withField(`${quote}ab${quote}cd`) });
      // The next quote of the file opens a field and has a text behind it: only this line is refused.
      choices.push({ codes: ['RECORD_UNPARSABLE'], pieces: withField(`${quote}open`) });
    }
    return this.random.pick(choices);
  }

  private fieldOf(column: Column, text: string | null, isUndecodable: boolean): WrittenField {
    const { csv, encoding } = this.spec.source;
    if (isUndecodable) {
      const bytes = undecodableBytes(encoding === 'utf-16' ? 'utf-16le' : encoding);
      if (bytes !== null) return { field: ['abc', bytes], cell: { text: 'abc', kind: CELL.UNDECODABLE, elements: null } };
    }
    if (text === null) return this.nullField(column);
    const fitting = csv.quote === null ? text.replaceAll(csv.delimiter, '_').replaceAll(/["\r\n]/g, '_') : text;
    const isQuoted = this.mustBeQuoted(fitting) || (csv.quote !== null && this.random.chance(this.quotedShare));
    const cell = { text: fitting, kind: isQuoted ? CELL.QUOTED : CELL.PLAIN, elements: null };
    return { field: [isQuoted ? this.quoted(fitting) : fitting], cell };
  }

  private nullField({ type }: Column): WrittenField {
    const { csv } = this.spec.source;
    const written = this.random.pick(['', ...csv.null_values]);
    const mayBeQuoted = csv.quote !== null && (written !== '' || type.kind !== 'STRING' || csv.null_values.includes(''));
    const isQuoted = mayBeQuoted && this.random.chance(this.quotedShare);
    const cell = { text: written, kind: isQuoted ? CELL.QUOTED : CELL.PLAIN, elements: null };
    return { field: [isQuoted ? this.quoted(written) : written], cell };
  }

  private mustBeQuoted(text: string): boolean {
    const { delimiter, quote, comment } = this.spec.source.csv;
    if (quote === null) return false;
    return [delimiter, quote, '\n', '\r'].some((special) => text.includes(special)) || (comment !== null && text.startsWith(comment));
  }

  private quoted(text: string): string {
    const { quote, escape } = this.spec.source.csv;
    if (quote === null) return text;
    const mark = escape ?? quote;
    const escaped = mark === quote ? text : text.replaceAll(mark, mark + mark);
    return `${quote}${escaped.replaceAll(quote, mark + quote)}${quote}`;
  }

  private joined(fields: readonly Field[]): readonly Piece[] {
    return fields.flatMap((field, place) => (place === 0 ? field : [this.spec.source.csv.delimiter, ...field]));
  }

  private blankLine(draft: DraftFile): void {
    const { comment } = this.spec.source.csv;
    if (comment !== null && this.random.chance(0.1)) draft.text(`${comment} a "comment, of no record${this.lineEnd}`);
    if (this.random.chance(0.05)) draft.text(this.lineEnd);
  }
}

function withoutSkippedRows(spec: SourceSpec): SourceSpec {
  return { ...spec, source: { ...spec.source, csv: { ...spec.source.csv, skip_rows: 0, has_header: true } } };
}

/** Learnt from a row whose texts name their columns. */
function placesOf(spec: SourceSpec): readonly (number | null)[] {
  const texts = spec.schema.map((_, place) => marker(place));
  const text = csvText(withoutSkippedRows(spec), [{ texts, intended: null, damage: 'none' }], null);
  const row = text.trimEnd().split('\n').at(-1) ?? '';
  return row.split(spec.source.csv.delimiter).map((field) => {
    const found = /@(\d+)@/.exec(field);
    return found === null ? null : Number(found[1]);
  });
}

/** Records of any spec as JSON Lines or in a JSON document. */
import { jsonDocumentText, jsonLinesText } from '../../../sample-data/formats/json-text.ts';
import type { Column, SourceSpec } from '../../../spec/source-spec.ts';
import { CELL, type RawCell } from '../../values/raw-cells.ts';
import { undecodableBytes, type DraftFile } from '../oracle/draft-file.ts';
import type { SeededRandom } from '../oracle/seeded-random.ts';
import { BROKEN_JSON } from '../oracle/write-json.ts';
import type { AnyRecord } from './any-record.ts';
import { cutAtMarkers, marker, type BrokenRecord, type RecordWriter, type WrittenCell, type WrittenRecord } from './record-writer.ts';

type Piece = string | Buffer;

interface WrittenValue {
  readonly pieces: readonly Piece[];
  readonly cell: RawCell;
}

const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

export class JsonRecordWriter implements RecordWriter {
  private readonly spec: SourceSpec;
  private readonly random: SeededRandom;
  private readonly maxRecordBytes: number;
  private readonly lineEnd: string;
  private readonly isLines: boolean;
  private readonly template: string;

  constructor(spec: SourceSpec, random: SeededRandom, maxRecordBytes: number) {
    this.spec = spec;
    this.random = random;
    this.maxRecordBytes = maxRecordBytes;
    this.lineEnd = random.pick(['\n', '\n', '\r\n']);
    this.isLines = spec.source.format === 'jsonl';
    const texts = spec.schema.map((_, place) => marker(place));
    this.template = jsonLinesText(spec, [{ texts, intended: null, damage: 'none' }]).trimEnd();
  }

  head(draft: DraftFile): void {
    if (!this.isLines) draft.text(this.around()[0]);
  }

  foot(draft: DraftFile): void {
    if (!this.isLines) draft.text(this.around()[1]);
  }

  between(draft: DraftFile, isLast: boolean): void {
    const { random, lineEnd } = this;
    if (!this.isLines) draft.text(isLast ? '' : random.pick([',', ', ', `,${lineEnd}`, ` ,${lineEnd}`]));
    else if (!isLast || random.chance(0.5)) draft.text(lineEnd + (random.chance(0.05) ? lineEnd : ''));
  }

  record({ texts, undecodable }: AnyRecord): WrittenRecord {
    const cells: WrittenCell[] = this.spec.schema.map(() => ({ text: null, kind: CELL.MISSING, elements: null }));
    const pieces = cutAtMarkers(this.template.replaceAll(/"(@\d+@)"/g, '$1')).flatMap((part): readonly Piece[] => {
      const column = typeof part === 'number' ? this.spec.schema[part] : undefined;
      if (typeof part === 'string' || column === undefined) return [String(part)];
      const { pieces: written, cell } = this.value(column, texts[part] ?? null, undecodable === part);
      cells[part] = column.mode === 'REPEATED' ? { text: null, kind: CELL.STRUCTURE, elements: [cell] } : { ...cell, elements: null };
      return written;
    });
    return { pieces, cells };
  }

  broken(): BrokenRecord {
    const { random } = this;
    if (random.chance(0.2)) return { codes: ['RECORD_TOO_LONG'], pieces: [`{"id": "${'z'.repeat(this.maxRecordBytes)}"}`] };
    // Brackets close in a document, so that it goes on behind the record; a line may end anywhere.
    const cutOff = `${this.template.slice(0, this.template.indexOf(':') + 1)} "`;
    return { codes: ['RECORD_UNPARSABLE'], pieces: [random.pick(this.isLines ? [...BROKEN_JSON, cutOff] : BROKEN_JSON)] };
  }

  /** What stands before the first record and behind the last. */
  private around(): readonly [string, string] {
    const document = jsonDocumentText(this.spec, [
      { texts: this.spec.schema.map((_, place) => marker(place)), intended: null, damage: 'none' },
    ]);
    const at = document.indexOf(this.template);
    return [document.slice(0, at), document.slice(at + this.template.length)];
  }

  private value(column: Column, text: string | null, isUndecodable: boolean): WrittenValue {
    const bytes = isUndecodable ? undecodableBytes(this.spec.source.encoding) : null;
    if (bytes !== null) return { pieces: ['"abc', bytes, '"'], cell: { text: 'abc', kind: CELL.UNDECODABLE } };
    if (text === null) return { pieces: ['null'], cell: { text: 'null', kind: CELL.NULL } };
    if (column.type.kind === 'JSON') {
      // The value of such a column is what stands in the file, be it an object or a string.
      const source = text !== 'null' && isJson(text) ? text : JSON.stringify(text);
      return { pieces: [source], cell: { text: source, kind: CELL.STRUCTURE } };
    }
    const isLiteral =
      column.type.kind === 'BOOL' ? text === 'true' || text === 'false' : column.type.kind !== 'STRING' && NUMBER.test(text);
    if (isLiteral && this.random.chance(0.6)) return { pieces: [text], cell: { text, kind: CELL.LITERAL } };
    return { pieces: [this.random.chance(0.2) ? escapedJson(text) : JSON.stringify(text)], cell: { text, kind: CELL.QUOTED } };
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Every character as \uXXXX. */
function escapedJson(text: string): string {
  return `"${Array.from({ length: text.length }, (_, index) => `\\u${text.charCodeAt(index).toString(16).padStart(4, '0')}`).join('')}"`;
}

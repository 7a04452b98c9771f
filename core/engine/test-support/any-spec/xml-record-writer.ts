/** Records of any spec as row elements of an XML document. */
import { xmlText } from '../../../sample-data/formats/xml-text.ts';
import type { Column, SourceSpec } from '../../../spec/source-spec.ts';
import { CELL } from '../../values/raw-cells.ts';
import { undecodableBytes, type DraftFile } from '../oracle/draft-file.ts';
import type { SeededRandom } from '../oracle/seeded-random.ts';
import type { AnyRecord } from './any-record.ts';
import { cutAtMarkers, marker, type BrokenRecord, type RecordWriter, type WrittenCell, type WrittenRecord } from './record-writer.ts';

type Piece = string | Buffer;

/** Not well-formed, with the end tag of the row in its place; `row` is its name. */
const BROKEN = ['<row><id>1</ide></row>', '<row><id>&nope;</id></row>', '<row><id a="1" a="2">1</id></row>', '<row><id>1 & 2</id></row>'];

export class XmlRecordWriter implements RecordWriter {
  private readonly spec: SourceSpec;
  private readonly random: SeededRandom;
  private readonly maxRecordBytes: number;
  private readonly lineEnd: string;
  private readonly start: string;
  private readonly end: string;

  constructor(spec: SourceSpec, random: SeededRandom, maxRecordBytes: number) {
    this.spec = spec;
    this.random = random;
    this.maxRecordBytes = maxRecordBytes;
    this.lineEnd = random.pick(['\n', '\n', '\r\n']);
    const empty = xmlText(spec, []);
    this.start = empty.slice(0, empty.lastIndexOf('</'));
    this.end = empty.slice(this.start.length);
  }

  head(draft: DraftFile): void {
    draft.text(this.start.replaceAll('\n', this.lineEnd));
  }

  foot(draft: DraftFile): void {
    draft.text(this.end);
  }

  between(draft: DraftFile): void {
    draft.text(this.random.pick(['', ' ', this.lineEnd, `${this.lineEnd}<!-- between -->`]));
  }

  record({ texts, undecodable }: AnyRecord): WrittenRecord {
    const named = texts.map((text, place) => (text === null ? null : marker(place)));
    const document = xmlText(this.spec, [{ texts: named, intended: null, damage: 'none' }]);
    const template = document.slice(this.start.length, document.length - this.end.length).trim();
    const cells = this.spec.schema.map((column, place): WrittenCell => {
      const text = texts[place] ?? null;
      if (text === null) return { text: '', kind: staysEmpty(column, this.spec, texts) ? CELL.PLAIN : CELL.MISSING, elements: null };
      return { text: undecodable === place ? 'abc' : text, kind: undecodable === place ? CELL.UNDECODABLE : CELL.PLAIN, elements: null };
    });
    const pieces = cutAtMarkers(template).flatMap((part): readonly Piece[] => {
      if (typeof part === 'string') return [part];
      const bytes = undecodable === part ? undecodableBytes(this.spec.source.encoding) : null;
      return bytes === null ? [escaped(texts[part] ?? '')] : ['abc', bytes];
    });
    return { pieces, cells };
  }

  broken(): BrokenRecord {
    const name = this.spec.source.xml?.row_element ?? 'row';
    if (this.random.chance(0.2)) {
      return { codes: ['RECORD_TOO_LONG'], pieces: [`<${name}><id>${'z '.repeat(this.maxRecordBytes / 2)}</id></${name}>`] };
    }
    const text = this.random.pick(BROKEN).replace('<row>', `<${name}>`).replace('</row>', `</${name}>`);
    return { codes: ['RECORD_UNPARSABLE'], pieces: [text] };
  }
}

/** Whether the column's element is there without a text, because another column stands on or in it. */
function staysEmpty(column: Column, spec: SourceSpec, texts: readonly (string | null)[]): boolean {
  const own = stepsOf(column);
  if (own.length === 0 || column.locator.kind !== 'xpath' || column.locator.steps.at(-1)?.kind === 'attribute') return false;
  return spec.schema.some((other, place) => {
    const steps = stepsOf(other);
    return other !== column && texts[place] !== null && steps.length > own.length && own.every((step, index) => step === steps[index]);
  });
}

/** The steps to the element or attribute, as comparable texts. */
function stepsOf({ locator }: Column): readonly string[] {
  if (locator.kind !== 'xpath') return [];
  return locator.steps.filter(({ kind }) => kind === 'child' || kind === 'attribute').map((step) => JSON.stringify(step));
}

/** Line ends and tabs as references: in an attribute they would become blanks. */
function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&#60;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\n', '&#10;')
    .replaceAll('\t', '&#x9;');
}

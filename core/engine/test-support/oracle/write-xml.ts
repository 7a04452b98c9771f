/** Writes records as row elements of an XML document, with the faults that only XML has. */
import { undecodableBytes, type DraftFile, type Encoding } from './draft-file.ts';
import type { OracleCell, OracleRecord } from './oracle-record.ts';
import type { SeededRandom } from './seeded-random.ts';

export interface XmlLayoutOfFile {
  readonly encoding: Encoding;
  readonly lineEnd: '\n' | '\r\n';
  readonly maxRecordBytes: number;
}

const BROKEN_SHARE = 0.06;
/** Not well-formed, with the end tag of the row in its place. */
const BROKEN = [
  '<row><id>1</ide></row>',
  '<row><id>&nope;</id></row>',
  '<row><id a="1" a="2">1</id></row>',
  '<row><id a=1>1</id></row>',
  '<row><id>1 & 2</id></row>',
];

export function writeXmlHead(draft: DraftFile, { encoding, lineEnd }: XmlLayoutOfFile): void {
  const name = encoding === 'utf-8' ? 'UTF-8' : encoding === 'latin-1' ? 'ISO-8859-1' : 'windows-1252';
  draft.text(`<?xml version="1.0" encoding="${name}"?>${lineEnd}<rows count="3"><!-- a <row> of no data -->${lineEnd}`);
}

export function writeXmlFoot(draft: DraftFile, { lineEnd }: XmlLayoutOfFile): void {
  draft.text(`</rows>${lineEnd}<!-- the end -->`);
}

/** Gives whether the record was written as it is. */
export function writeXmlRecord(draft: DraftFile, record: OracleRecord, layout: XmlLayoutOfFile, random: SeededRandom): boolean {
  const isTooLong = random.chance(0.02);
  const isBroken = !isTooLong && random.chance(BROKEN_SHARE);
  draft.record(isBroken ? ['RECORD_UNPARSABLE'] : record.codes, layout.maxRecordBytes, () => {
    if (isBroken) draft.text(random.pick(BROKEN));
    else if (isTooLong) draft.text(`<row><id>1</id><note>${'z '.repeat(layout.maxRecordBytes / 2)}</note></row>`);
    else writeRow(draft, record, layout, random);
  });
  draft.text(random.pick(['', ' ', layout.lineEnd, `${layout.lineEnd}<!-- between -->`]));
  return !isBroken && !isTooLong;
}

function writeRow(draft: DraftFile, record: OracleRecord, { encoding, lineEnd }: XmlLayoutOfFile, random: SeededRandom): void {
  const blank = random.pick(['', '', ' ', lineEnd]);
  draft.text(`<row>${blank}`);
  for (const cell of record.cells) if (cell.state !== 'missing') writeElement(draft, cell, encoding, random, blank);
  if (record.unknown) draft.text('<zzz>1</zzz>');
  draft.text('</row>');
}

function writeElement(draft: DraftFile, cell: OracleCell, encoding: Encoding, random: SeededRandom, blank: string): void {
  const { column, state, text } = cell;
  draft.text(`<${column.name}>`);
  if (state === 'undecodable') {
    draft.text('abc');
    draft.bytes(undecodableBytes(encoding) ?? Buffer.alloc(0));
  } else {
    draft.text(random.chance(0.2) ? `<![CDATA[${text}]]>` : escaped(text));
  }
  draft.text(`</${column.name}>${blank}`);
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&#60;').replaceAll('>', '&gt;');
}

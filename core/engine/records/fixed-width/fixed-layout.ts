/**
 * Where the columns of a fixed-width line stand, and the line cut into them. Positions count characters: in a single-byte
 * encoding these are bytes, else code points. A byte that begins no character counts as one.
 */
import type { SourceSpec } from '../../../spec/source-spec.ts';
import { decoderOf, renderUndecodable, type DecodeText } from '../../decode/charset.ts';
import { shownText } from '../../findings/shown-text.ts';
import { CELL, emptyCells, NO_FAULTS, type RawCells, type RecordFault } from '../../values/raw-cells.ts';

const BLANK = 0x20;
const NO_HIGH_BYTE = /^[\0-\x7f]*$/;

/** Characters [from, to) of a line. */
interface Stretch {
  readonly from: number;
  readonly to: number;
}

export class FixedLayout {
  /** Characters that every line has. */
  readonly width: number;
  private readonly columns: readonly Stretch[];
  /** What stands between the columns and is not loaded; its bytes must be text all the same. */
  private readonly fillers: readonly Stretch[];
  private readonly decode: DecodeText;
  private readonly isSingleByte: boolean;
  private readonly cells: RawCells;
  /** Of a line with characters of several bytes: where each begins, and the end of the line. */
  private begins: number[] = [];

  constructor(spec: SourceSpec) {
    const { encoding } = spec.source;
    this.columns = spec.schema.map(({ locator }) =>
      locator.kind === 'characters' ? { from: locator.position - 1, to: locator.position - 1 + locator.width } : { from: 0, to: 0 },
    );
    this.width = spec.source.record_width ?? Math.max(...this.columns.map(({ to }) => to));
    this.fillers = gapsOf(this.columns, this.width);
    this.decode = decoderOf(encoding);
    this.isSingleByte = encoding === 'latin-1' || encoding === 'windows-1252';
    this.cells = emptyCells(spec.schema.length);
  }

  /** The line's columns, valid until the next call, or what is wrong with its length. */
  cellsOf(raw: Buffer): RawCells | RecordFault {
    const line = raw.toString('latin1');
    const isPlain = this.isSingleByte || NO_HIGH_BYTE.test(line);
    const characters = isPlain ? line.length : this.findCharacters(raw);
    if (characters < this.width || !isBlank(raw, isPlain ? this.width : (this.begins[this.width] ?? 0))) {
      return fieldCountFault(characters, this.width);
    }
    const { cells, columns } = this;
    for (let index = 0; index < columns.length; index += 1) {
      const text = trimBlanks(this.slice(line, isPlain, columns[index] as Stretch));
      const decoded = NO_HIGH_BYTE.test(text) ? text : this.decode(text);
      cells.texts[index] = decoded ?? renderUndecodable(text);
      cells.kinds[index] = decoded === null ? CELL.UNDECODABLE : CELL.PLAIN;
    }
    cells.faults = NO_HIGH_BYTE.test(line) ? NO_FAULTS : this.fillerFaults(line, isPlain);
    return cells;
  }

  /** The text of `place`, `from-to` from 1, both included; '' where the line does not have it or it cannot be decoded. */
  textAt(raw: Buffer, place: string): string {
    const [first = 1, last = 0] = place.split('-').map(Number);
    const isPlain = this.isSingleByte;
    const characters = isPlain ? raw.length : this.findCharacters(raw);
    const stretch = { from: first - 1, to: Math.min(last, characters) };
    const text = stretch.to > stretch.from ? this.slice(raw.toString('latin1'), isPlain, stretch) : '';
    return trimBlanks(this.decode(text) ?? '');
  }

  private slice(line: string, isPlain: boolean, { from, to }: Stretch): string {
    return isPlain ? line.substring(from, to) : line.substring(this.begins[from] ?? 0, this.begins[to]);
  }

  private fillerFaults(line: string, isPlain: boolean): readonly RecordFault[] {
    return this.fillers.flatMap((filler) => {
      const text = this.slice(line, isPlain, filler);
      return this.decode(text) === null ? [undecodableFiller(filler, text)] : [];
    });
  }

  private findCharacters(raw: Buffer): number {
    let count = 0;
    for (let at = 0; at < raw.length; at += characterLength(raw, at)) {
      this.begins[count] = at;
      count += 1;
    }
    this.begins[count] = raw.length;
    this.begins.length = count + 1;
    return count;
  }
}

function gapsOf(columns: readonly Stretch[], width: number): readonly Stretch[] {
  const gaps: Stretch[] = [];
  let from = 0;
  for (const column of columns.toSorted((a, b) => a.from - b.from)) {
    gaps.push({ from, to: column.from });
    from = column.to;
  }
  gaps.push({ from, to: width });
  return gaps.filter((gap) => gap.to > gap.from);
}

/** Bytes of the character at `at`, by its first byte and as many bytes behind it as belong to one; 1 where they do not. */
function characterLength(raw: Buffer, at: number): number {
  const first = raw[at] as number;
  const length = first < 0xc0 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf8 ? 4 : 1;
  for (let behind = 1; behind < length; behind += 1) {
    if (((raw[at + behind] ?? 0) & 0xc0) !== 0x80) {
      return 1;
    }
  }
  return length;
}

function isBlank(raw: Buffer, from: number): boolean {
  for (let index = from; index < raw.length; index += 1) {
    if (raw[index] !== BLANK) {
      return false;
    }
  }
  return true;
}

function trimBlanks(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && text.charCodeAt(from) === BLANK) {
    from += 1;
  }
  while (to > from && text.charCodeAt(to - 1) === BLANK) {
    to -= 1;
  }
  return text.slice(from, to);
}

function fieldCountFault(found: number, expected: number): RecordFault {
  return {
    code: 'FIELD_COUNT',
    column: null,
    found: String(found),
    expected: String(expected),
    message: `The line has ${found} characters, the layout has ${expected}.`,
  };
}

function undecodableFiller({ from, to }: Stretch, text: string): RecordFault {
  const name = `#${from + 1}-${to}`;
  return {
    code: 'ENCODING_INVALID',
    column: name,
    found: shownText(renderUndecodable(text)),
    expected: 'text in the declared encoding',
    message: `The characters ${from + 1} to ${to} hold bytes that are not text in the declared encoding.`,
  };
}

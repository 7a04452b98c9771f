/**
 * What a generated scanner calls: the general readers for what its code cannot prove, room for more rows, and the values
 * of the row at hand for rules. One object a scanner; the scanner keeps its cursors in locals and hands them in.
 */
import type { SourceSpec } from '../../spec/source-spec.ts';
import type { Cell } from '../output/file-output.ts';
import type { StagedRows } from '../output/staged-rows.ts';
import type { BooleanBuffer } from '../columns/boolean-buffer.ts';
import type { FixedBuffer } from '../columns/fixed-buffer.ts';
import { PLAIN, TextBuffer } from '../columns/text-buffer.ts';
import { NOT_PLACED } from '../columns/known-texts.ts';
import { decoderOf, type DecodeText } from '../decode/charset.ts';
import type { Finding } from '../report.ts';
import { ColumnReader } from '../values/column-reader.ts';
import { CELL, type CellKind } from '../values/raw-cells.ts';
import { isMarketsError } from '../../errors/markets-error.ts';
import type { ControlTotals } from '../control/control-totals.ts';
import type { FileRules } from '../rules/file-rules.ts';
import type { CompiledRowRule } from './rule-source.ts';
import type { RefusedRows } from './refused-rows.ts';
import type { RowTargets } from './row-targets.ts';
import type { ScanColumn } from './scan-column.ts';
import { RowKeys } from './row-keys.ts';
import { isAscii, plainRule, standsAlone, textCheck, type PlainRule, type TextCheck } from './text-check.ts';
import { wideProduct } from './wide-product.ts';

type ScanBuffer = FixedBuffer | TextBuffer | BooleanBuffer;
/** What S.text() gives besides a place in the dictionary. */
export const TEXT = { PLAIN: -1, REFUSED: -3, NULL: -4 } as const;
const EXACT = 2 ** 53 - 1;

export class ScanRuntime {
  /** By place in the schema. */
  readonly buffers: readonly ScanBuffer[];
  readonly staged: StagedRows;
  readonly powers = Array.from({ length: 19 }, (_, exponent) => 10 ** exponent);
  readonly powerLimits = Array.from({ length: 19 }, (_, exponent) => Math.floor(EXACT / 10 ** exponent));
  /** By place in the schema, where the texts of deferred columns are noted: two words a row (Kernel.notes). */
  notes: readonly (Int32Array | null)[] = [];
  /** Rows that the scanner may fill. */
  capacity = 0;
  /** Rows that were staged before the batch at hand, and the position that its notes count from. */
  firstRow = 0;
  notedFrom = 0;
  exit = 0;
  /** Number of the last record, line of the next one. */
  record = 0;
  line = 1;
  /** File offset of the bytes' first. */
  base = 0;
  /** Results of the calls, besides what they give. */
  end = 0;
  number = 0;
  plainEnd = 0;
  isPlain = false;
  innerLines = 0;
  /** null where every row that the scanner cannot prove goes to the reader at once. */
  refused: RefusedRows | null = null;
  /** By place in the schema, what a rule's general function needs. */
  readonly places: Int32Array;
  readonly nulls: Int32Array;
  readonly entries: Int32Array;
  readonly plains: Int32Array;
  protected bytes: Buffer = Buffer.alloc(0);
  /** Behind the last byte that may be looked at. */
  limit = 0;
  view: DataView = new DataView(new ArrayBuffer(0));
  private readonly readers: readonly ColumnReader[];
  private readonly rowKeys: RowKeys | null;
  private readonly totals: ControlTotals;
  private readonly fileRules: FileRules;
  private readonly nanos: readonly (FixedBuffer | null)[];
  private readonly rules: readonly CompiledRowRule[];
  private readonly decode: DecodeText;
  private readonly textChecks: readonly (TextCheck | null)[];
  private readonly maxLengths: readonly number[];
  private readonly nullLengths: ReadonlySet<number>;
  private readonly words = new Int32Array(4);
  private readonly findings: Finding[] = [];
  private readonly row: Cell[];

  constructor(
    spec: SourceSpec,
    columns: readonly ScanColumn[],
    rules: readonly CompiledRowRule[],
    { staged, keys, totals, fileRules }: RowTargets,
  ) {
    this.rules = rules;
    this.totals = totals;
    this.fileRules = fileRules;
    this.staged = staged;
    this.buffers = columns.map(({ output }) => staged.columns[output] as ScanBuffer);
    this.nanos = columns.map(({ output, hasNanos }) => (hasNanos ? (staged.columns[output + 1] as FixedBuffer) : null));
    this.readers = columns.map(({ column }) => new ColumnReader(column, spec));
    this.decode = decoderOf(spec.source.encoding);
    this.textChecks = columns.map(({ column }) => textCheck(column));
    this.maxLengths = columns.map(({ column }) => column.max_length ?? Number.POSITIVE_INFINITY);
    this.nullLengths = new Set(spec.source.csv.null_values.map((text) => text.length));
    const count = columns.length;
    this.places = new Int32Array(count);
    this.nulls = new Int32Array(count);
    this.entries = new Int32Array(count);
    this.plains = new Int32Array(count);
    this.row = columns.map(() => null);
    this.rowKeys = keys.keys.length === 0 ? null : new RowKeys(keys, this.buffers, this);
  }

  /** The bytes of a range, in which positions count from now on: `limit` of them are of the file, the first at `base`. */
  open(bytes: Buffer, base: number, limit: number): void {
    if (bytes === this.bytes) return;
    this.bytes = bytes;
    this.limit = limit;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.base = base;
  }

  /** What positions point to. */
  get source(): Buffer {
    return this.bytes;
  }

  /** Room for `rows` rows in every buffer. */
  reserve(rows: number): void {
    for (const buffer of this.allBuffers()) {
      buffer.reserve(rows);
      buffer.nulls.reserve(rows);
    }
    this.staged.reserve(rows);
  }

  /** Of the spec's columns, those of nanoseconds too. */
  allBuffers(): readonly ScanBuffer[] {
    return [...this.buffers, ...this.nanos.filter((buffer) => buffer !== null)];
  }

  /**
   * A text of a deferred column, whose place in the column is `at`: its place in the dictionary, or one of TEXT; in the PLAIN part it
   * counts already.
   */
  laterText(index: number, from: number, to: number, quoted: boolean, at: number): number {
    const buffer = this.buffers[index] as TextBuffer;
    if (buffer.dictionaryValues < 0 && to > from) {
      const place = buffer.known.place(this.view, from, to);
      if (place !== NOT_PLACED) return place;
    }
    const place = this.text(index, from, to, quoted, at, buffer.plain.buffer.length);
    if (place === TEXT.PLAIN) buffer.plain.buffer.length = this.plainEnd;
    return place;
  }

  /** A decimal whose scaled value no double holds: number * 10^exponent, at the place `at`. */
  wide(index: number, number: number, exponent: number, negative: boolean, at: number): void {
    const buffer = this.buffers[index] as FixedBuffer;
    const { words } = this;
    wideProduct(number, exponent, negative, words);
    if (buffer.form === 'int64') {
      buffer.words[at * 2] = words[0] as number;
      buffer.words[at * 2 + 1] = words[1] as number;
      return;
    }
    for (let word = 0; word < 4; word += 1) buffer.view.setInt32(at * 16 + word * 4, words[3 - word] as number);
  }

  /** One value in general, written to the place `at`: 0, 1 where it is NULL, -1 where it is refused. */
  value(index: number, text: string, kind: CellKind, at: number): number {
    const value = this.read(index, text, kind);
    if (value === undefined) return -1;
    if (value === null) return 1;
    const buffer = this.buffers[index];
    this.number = this.numberOf(value);
    if (buffer instanceof TextBuffer) return -1;
    buffer?.put(at, value);
    this.nanos[index]?.put(at, BigInt(this.readers[index]?.nanos ?? 0));
    return 0;
  }

  /** Keeps the column of nanoseconds in step with its column. */
  storeNanos(index: number, count: number, nullCount: number): void {
    const own = this.buffers[index] as FixedBuffer;
    const nanos = this.nanos[index];
    if (nanos === null || nanos === undefined) return;
    nanos.count = count;
    nanos.nulls.rows.set(own.nulls.rows.subarray(nanos.nulls.count, nullCount), nanos.nulls.count);
    nanos.nulls.count = nullCount;
  }

  /**
   * A text that the dictionary does not have: its place there now, or one of TEXT. `at` is its place in the column, `plainAt`
   * the end of the PLAIN part.
   */
  text(index: number, from: number, to: number, quoted: boolean, at: number, plainAt: number): number {
    const buffer = this.buffers[index] as TextBuffer;
    const { bytes, view } = this;
    buffer.count = at;
    this.plainEnd = plainAt;
    this.isPlain = buffer.dictionaryValues >= 0;
    const isKnown = to > from && !this.isPlain && buffer.known.findRaw(view, from, to) >= 0;
    if (isKnown || (to > from && this.isGoodAsItStands(index, from, to))) return this.place(buffer, bytes, view, from, to, plainAt);
    return this.general(index, from, to, quoted, plainAt);
  }

  /** What is asked of texts of a column that are plain ASCII; null where the general reader has to be asked. */
  plainRule(index: number): PlainRule | null {
    return plainRule(this.textChecks[index] ?? null, this.maxLengths[index] ?? 0, this.nullLengths);
  }

  /** In the PLAIN part most texts are unique: what can be told from the bytes is. */
  private isGoodAsItStands(index: number, from: number, to: number): boolean {
    const { view, nullLengths } = this;
    const length = to - from;
    const check = this.textChecks[index];
    if (check === null || check === undefined || length > (this.maxLengths[index] as number) || nullLengths.has(length)) return false;
    return standsAlone(view, from, to) && check(this.bytes, from, to);
  }

  /** The row is good but for its keys: false where it repeats one. */
  keysHold(): boolean {
    return this.rowKeys?.take() ?? true;
  }

  /** A value of a control total's column: `number`, or what stands at the place `at` where no double holds it. */
  addTotal(total: number, index: number, number: number, at: number): void {
    if (this.totals.addSmall(total, number)) return;
    const buffer = this.buffers[index];
    const value = buffer instanceof TextBuffer ? null : buffer?.valueAt(at);
    if (typeof value === 'bigint') this.totals.addValue(total, value);
  }

  /** The row at hand is staged for certain. */
  addAggregates(): void {
    this.readRow(this.fileRules.columns ?? []);
    this.fileRules.staged(this.row);
  }

  ruleHolds(place: number): boolean {
    const rule = this.rules[place];
    if (rule === undefined) return false;
    this.readRow(rule.columns);
    try {
      return rule.holds(this.row) !== false;
    } catch (error) {
      if (isMarketsError(error, 'EXPRESSION_EVALUATION')) return false;
      throw error;
    }
  }

  private readRow(columns: readonly number[]): void {
    for (const index of columns) this.row[index] = this.nulls[index] === 0 ? this.valueAt(index) : null;
  }

  /** Value of a column in the row at hand that is not NULL. */
  private valueAt(index: number): Cell {
    const buffer = this.buffers[index];
    if (!(buffer instanceof TextBuffer)) return buffer?.valueAt(this.places[index] as number) ?? null;
    return buffer.textAt(this.entries[index] as number, this.plains[index] as number);
  }

  private general(index: number, from: number, to: number, quoted: boolean, plainAt: number): number {
    const text = this.textOf(from, to);
    const value = text === null ? undefined : this.read(index, text, quoted ? CELL.QUOTED : CELL.PLAIN);
    if (value === undefined) return TEXT.REFUSED;
    if (value === null) return TEXT.NULL;
    const buffer = this.buffers[index] as TextBuffer;
    const length = buffer.encode(String(value));
    return this.place(buffer, buffer.scratch, buffer.scratchView, 0, length, plainAt);
  }

  private place(buffer: TextBuffer, bytes: Uint8Array, view: DataView, from: number, to: number, plainAt: number): number {
    const place = buffer.index(bytes, view, from, to);
    this.isPlain = buffer.dictionaryValues >= 0;
    return place === PLAIN ? this.writePlain(buffer, view, from, to, plainAt) : place;
  }

  /** Behind what counts: the scanner counts it once the row is good. */
  private writePlain(buffer: TextBuffer, view: DataView, from: number, to: number, plainAt: number): number {
    const plain = buffer.plain.buffer;
    plain.length = plainAt;
    buffer.plain.appendFrom(view, from, to);
    this.plainEnd = plain.length;
    plain.length = plainAt;
    return TEXT.PLAIN;
  }

  private read(index: number, text: string, kind: CellKind): Cell | undefined {
    this.findings.length = 0;
    return this.readers[index]?.read(text, kind, this.findings);
  }

  /** null where the bytes are no text. */
  protected textOf(from: number, to: number): string | null {
    const text = this.bytes.toString('latin1', from, to);
    return isAscii(this.bytes, from, to) ? text : this.decode(text);
  }

  private numberOf(value: Cell): number {
    if (typeof value === 'boolean') return value ? 1 : 0;
    const number = typeof value === 'bigint' || typeof value === 'number' ? Number(value) : Number.NaN;
    return typeof value === 'bigint' && !Number.isSafeInteger(number) ? Number.NaN : number;
  }
}

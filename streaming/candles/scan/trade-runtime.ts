/** What a generated trade scanner calls: texts and rare values by the readers that the message checker uses, so that both give one answer. */
import type { Cell } from '../../../core/engine/output/file-output.ts';
import type { CompiledRowRule } from '../../../core/engine/scan/rule-source.ts';
import type { ScanColumn } from '../../../core/engine/scan/scan-column.ts';
import { plainRule, standsAlone, textCheck, type PlainRule } from '../../../core/engine/scan/text-check.ts';
import { ColumnReader } from '../../../core/engine/values/column-reader.ts';
import { CELL } from '../../../core/engine/values/raw-cells.ts';
import { isMarketsError } from '../../../core/errors/markets-error.ts';
import type { SourceSpec } from '../../../core/spec/source-spec.ts';
import type { Value } from '../../../core/types/column-type.ts';
import { ByteTable } from '../byte-table.ts';
import { TradeBatch } from '../trade-batch.ts';

const EXACT = 2 ** 53 - 1;
const QUOTE = 34;
const BACKSLASH = 92;
/** Texts that are remembered as good, by column. */
const KNOWN_MAX = 65_536;
const KNOWN_BYTES_MAX = 256;
const LITERAL = /^(?:true|false|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/;

export class TradeRuntime {
  /** Into which trades are read: the row behind the last one. */
  readonly batch = new TradeBatch();
  readonly powers = Array.from({ length: 19 }, (_, exponent) => 10 ** exponent);
  readonly powerLimits = Array.from({ length: 19 }, (_, exponent) => Math.floor(EXACT / 10 ** exponent));
  readonly textEnds = Uint8Array.from({ length: 256 }, (_, byte) => (byte < 32 || byte === QUOTE || byte === BACKSLASH ? 1 : 0));
  /** By column of times: the first sixteen bytes of the last one that was read as a whole, as four words, and its minute in microseconds. */
  readonly minuteWords: Int32Array;
  readonly minutes: Float64Array;
  /** Prices and quantities are below it. */
  readonly limit: number;
  /** Of the columns that a rule reads. */
  readonly nulls: number[];
  readonly numbers: number[];
  readonly starts: number[];
  readonly ends: number[];
  /** Of member(): where it ended, and its number. */
  end = 0;
  number = Number.NaN;
  private readonly columns: readonly ScanColumn[];
  private readonly readers: readonly ColumnReader[];
  private readonly plainRules: readonly (PlainRule | null)[];
  private readonly known: ByteTable[];
  private readonly rules: readonly CompiledRowRule[];
  /** Values that have no number, of the message at hand; by column. */
  private readonly values: Cell[];

  constructor(spec: SourceSpec, columns: readonly ScanColumn[], rules: readonly CompiledRowRule[], limit: number) {
    this.columns = columns;
    this.rules = rules;
    this.limit = limit;
    this.readers = spec.schema.map((column) => new ColumnReader(column, spec));
    const nullLengths = new Set(spec.source.csv.null_values.map((text) => Buffer.byteLength(text)));
    this.plainRules = spec.schema.map((column) => plainRule(textCheck(column), column.max_length ?? Number.POSITIVE_INFINITY, nullLengths));
    this.known = spec.schema.map(() => new ByteTable());
    this.minuteWords = new Int32Array(spec.schema.length * 4);
    this.minutes = new Float64Array(spec.schema.length);
    this.values = spec.schema.map(() => null);
    this.nulls = spec.schema.map(() => 0);
    this.numbers = spec.schema.map(() => 0);
    this.starts = spec.schema.map(() => 0);
    this.ends = spec.schema.map(() => 0);
  }

  /** Microseconds of SS.ffffff; -1 where it is none. */
  secondMicros(view: DataView, at: number): number {
    const second = digits2(view.getUint16(at, true));
    const word = view.getInt32(at + 3, true) ^ 0x30303030;
    const last = digits2(view.getUint16(at + 7, true));
    if (second < 0 || second > 59 || last < 0 || (((word + 0x06060606) | word) & 0xf0f0f0f0) !== 0) return -1;
    const pairs = (Math.imul(word, 10) + (word >>> 8)) & 0x00ff00ff;
    return second * 1_000_000 + ((pairs & 0xff) * 100 + (pairs >>> 16)) * 100 + last;
  }

  /** The text of a STRING column between its quotes; there is a byte. false: not known, the message checker judges. */
  isGoodText(index: number, bytes: Uint8Array, view: DataView, from: number, to: number): boolean {
    const rule = this.plainRules[index] ?? null;
    if (!standsAlone(view, from, to)) return false;
    const length = to - from;
    if (rule !== null && (length > 31 || (rule.lengths & (1 << length)) === 0)) {
      return length <= rule.most && rule.check(bytes, from, to);
    }
    return this.isKnown(index, bytes, view, from, to);
  }

  /** Once for each text that is different. */
  private isKnown(index: number, bytes: Uint8Array, view: DataView, from: number, to: number): boolean {
    const known = this.known[index] as ByteTable;
    if (known.find(view, from, to) >= 0) return true;
    const text = Buffer.from(bytes.subarray(from, to)).toString('latin1');
    if (this.readers[index]?.read(text, CELL.QUOTED, []) !== text) return false;
    if (known.count >= KNOWN_MAX) this.known[index] = new ByteTable();
    if (to - from <= KNOWN_BYTES_MAX) this.known[index]?.place(view, from, to);
    return true;
  }

  /** Any value of ASCII, by the general reader: 0 read, 1 NULL, -1 not known. Leaves `end` and, where it has one, `number`. */
  member(index: number, bytes: Uint8Array, from: number): number {
    this.number = Number.NaN;
    const isQuoted = bytes[from] === QUOTE;
    const start = isQuoted ? from + 1 : from;
    let end = start;
    if (isQuoted) while (isPlainText(bytes[end] as number)) end += 1;
    else while (isOfLiteral(bytes[end] as number)) end += 1;
    if (isQuoted && bytes[end] !== QUOTE) return -1;
    const text = Buffer.from(bytes.subarray(start, end)).toString('latin1');
    this.end = isQuoted ? end + 1 : end;
    if (!isQuoted && !LITERAL.test(text)) return -1;
    const value = this.readers[index]?.read(text, isQuoted ? CELL.QUOTED : CELL.LITERAL, []);
    if (value === undefined) return -1;
    if (value === null) return 1;
    this.values[index] = value;
    this.number = numberOf(value);
    return 0;
  }

  /** A decimal whose digits a double holds and whose scaled value it does not. Called by the code of value-source.ts. */
  wide(index: number, digits: number, exponent: number, isNegative: boolean): void {
    const value = BigInt(digits) * 10n ** BigInt(exponent);
    this.values[index] = isNegative ? -value : value;
  }

  /** A rule that the code could not compute. */
  ruleHolds(place: number, bytes: Uint8Array): boolean {
    const rule = this.rules[place];
    if (rule === undefined) return false;
    for (const index of rule.columns) this.values[index] = this.valueOf(index, bytes);
    try {
      return rule.holds(this.values) !== false;
    } catch (error) {
      if (isMarketsError(error, 'EXPRESSION_EVALUATION')) return false;
      throw error;
    }
  }

  textAt(bytes: Uint8Array, from: number, to: number): string {
    return Buffer.from(bytes.subarray(from, to)).toString('latin1');
  }

  private valueOf(index: number, bytes: Uint8Array): Cell {
    const column = this.columns[index];
    if (column === undefined || this.nulls[index] !== 0) return null;
    const { kind } = column.column.type;
    if (column.kind === 'text' && kind === 'STRING') return this.textAt(bytes, this.starts[index] ?? 0, this.ends[index] ?? 0);
    const number = this.numbers[index] ?? Number.NaN;
    // Read by member(), which left the value itself.
    if (Number.isNaN(number) || column.kind === 'general' || column.kind === 'text') return this.values[index] ?? null;
    return kind === 'DATE' || kind === 'TIME' ? number : BigInt(number);
  }
}

/** As a scanner has it: NaN where a double does not hold it. */
function numberOf(value: Value): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value !== 'bigint') return Number.NaN;
  return value <= BigInt(EXACT) && value >= -BigInt(EXACT) ? Number(value) : Number.NaN;
}

function isPlainText(byte: number): boolean {
  return byte >= 32 && byte < 127 && byte !== QUOTE && byte !== BACKSLASH;
}

/** Digits, letters, points and signs. */
function isOfLiteral(byte: number): boolean {
  return (byte >= 48 && byte <= 57) || (byte >= 97 && byte <= 122) || byte === 45 || byte === 46 || byte === 43 || byte === 69;
}

/** Two digits, the first one in the low byte; negative where one is none. */
function digits2(bytes: number): number {
  const word = bytes ^ 0x3030;
  return (((word + 0x0606) | word) & 0xf0f0) === 0 ? (word & 0xff) * 10 + (word >>> 8) : -1;
}

/** Runs a scanner in WebAssembly in the place of one in JavaScript. */
import type { Scanner } from '../../ranges/range-format.ts';
import { FixedBuffer } from '../../columns/fixed-buffer.ts';
import { TextBuffer } from '../../columns/text-buffer.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { Instance } from '../../kernel/web-assembly.ts';
import type { ScanColumn } from '../scan-column.ts';
import { EXIT } from '../scan-exit.ts';
import type { FieldReader } from '../field-reader.ts';
import type { ScanRuntime } from '../scan-runtime.ts';
import type { ScannerParts } from '../scanner-source.ts';
import { DAYS_BEFORE, DAYS_IN, FRACTION, type TimeScan } from '../time-scan.ts';
import { COUNTS, OUT, scanLayout, type ScanLayout } from './scan-layout.ts';
import { textRuleFunction, textRulesOf, type TextRule } from './text-rules.ts';
import { scanModule, type ScanCalls, type ScanExports } from './scan-module.ts';

/** Bytes behind the last place where a record may begin that are loaded with it; a record that is longer is read by the scanner in JavaScript. */
const BEHIND_BYTES = 4096;
/** A scanner looks at so many bytes from a position on. */
const LOOK_BYTES = 32;

export interface WasmScanParts {
  readonly parts: ScannerParts;
  readonly runtime: ScanRuntime & FieldReader;
  readonly times: readonly TimeScan[];
  readonly kernel: Kernel;
  /** The same scanner in JavaScript. */
  readonly script: Scanner;
}

/** null where the scanner has no translation. */
export function wasmScan(given: WasmScanParts): Scanner | null {
  const { parts, kernel, times } = given;
  const { columns } = parts;
  const layout = scanLayout(columns, kernel.scanAt);
  const textRules = textRulesOf(parts.rules, columns);
  const module = scanModule(parts, { columns, textRules, kernel, layout, lacksOffset: times.map(({ mayLackOffset }) => mayLackOffset) });
  if (module === null) return null;
  const scan = new WasmScan(given, layout, textRules);
  const exports = new Instance(module, { js: { memory: kernel.memory, ...scan.calls } }).exports as ScanExports;
  return (runtime, times, bytes, view, from, stop, limit, final) => {
    const position = scan.run(exports, from, stop, limit, final);
    return scan.isShort ? given.script(runtime, times, bytes, view, position, stop, limit, final) : position;
  };
}

class WasmScan {
  /** The scanner met the end of the bytes that were loaded where the range has more. */
  isShort = false;
  readonly calls: ScanCalls & Record<string, (...numbers: number[]) => number | undefined>;
  private readonly runtime: ScanRuntime & FieldReader;
  private readonly kernel: Kernel;
  private readonly layout: ScanLayout;
  private readonly parts: ScannerParts;
  private readonly own: readonly ScanColumn[];
  private readonly words: Int32Array;
  private readonly view: DataView;
  /** By place in the schema: values that the column had when the scanner began. */
  private readonly bases: Int32Array;
  /** Where positions begin to count, and the end of what is loaded. */
  private from = 0;
  private loadedTo = 0;

  constructor({ parts, runtime, kernel }: WasmScanParts, layout: ScanLayout, textRules: readonly TextRule[]) {
    this.runtime = runtime;
    this.kernel = kernel;
    this.layout = layout;
    this.parts = parts;
    this.own = parts.columns.filter(({ isDeferred }) => !isDeferred);
    const { buffer } = kernel.memory;
    this.words = new Int32Array(buffer);
    this.view = new DataView(buffer);
    this.bases = new Int32Array(parts.columns.length);
    new Float64Array(buffer, layout.powers).set(runtime.powers);
    new Float64Array(buffer, layout.powerLimits).set(runtime.powerLimits);
    this.words.set(DAYS_IN, layout.daysIn / 4);
    this.words.set(DAYS_BEFORE, layout.daysBefore / 4);
    this.words.set(FRACTION, layout.fraction / 4);
    if (runtime.textEnds !== undefined) new Uint8Array(buffer, layout.textEnds).set(runtime.textEnds);
    if (runtime.attributeEnds !== undefined) new Uint8Array(buffer, layout.attributeEnds).set(runtime.attributeEnds);
    this.calls = {
      field: (index, from, place, ends) => this.field(index, from, place, ends),
      emptyEnd: (at) => this.emptyEnd(at),
      wide: (index, number, exponent, negative, place) => this.wide(index, number, exponent, negative === 1, place),
      ruleHolds: (rule) => Number(this.ruleHolds(rule)),
      known: (index, from, to) => this.textBuffer(index).known.place(runtime.view, from + this.from, to + this.from),
      text: (index, from, to, quoted, place, plainAt) => this.text(index, from, to, quoted === 1, place, plainAt),
      keysHold: () => Number(this.keysHold()),
      addTotal: (total, index, number, place) => this.addTotal(total, index, number, place),
      addAggregates: () => this.addAggregates(),
      ...Object.fromEntries(textRules.map((rule) => [rule.name, textRuleFunction(rule, runtime)])),
    };
  }

  /** As a Scanner; what it took is in the column buffers then. */
  run({ scan }: ScanExports, from: number, stop: number, limit: number, final: boolean): number {
    const { runtime, kernel } = this;
    const { staged, notedFrom } = runtime;
    this.isShort = false;
    this.noteBases();
    this.from = notedFrom;
    this.loadedTo = Math.min(limit, stop + BEHIND_BYTES, notedFrom + kernel.inputBytes);
    if (!kernel.holds(notedFrom, this.loadedTo)) {
      kernel.load(runtime.source, notedFrom, this.loadedTo);
      kernel.endInput();
    }
    const [record, line] = [runtime.record - staged.recordBase, runtime.line - staged.lineBase];
    const offset = staged.offsetBase - runtime.base - notedFrom;
    const isAll = this.loadedTo === limit;
    const at = scan(
      from - notedFrom,
      stop - notedFrom,
      this.loadedTo - notedFrom,
      Number(final && isAll),
      staged.rows,
      runtime.capacity,
      runtime.firstRow,
      record,
      line,
      offset,
    );
    const reached = this.take();
    if (!isAll && runtime.exit === EXIT.GENERAL && reached + LOOK_BYTES > this.loadedTo) this.isShort = true;
    return at + notedFrom;
  }

  /** Copies what the scanner took; gives how far it read. */
  private take(): number {
    const { runtime, words, layout } = this;
    const { staged } = runtime;
    const out = layout.out / 4;
    const rows = (words[out + OUT.rows] as number) - staged.rows;
    const [records, lines, offsets, lengths] = layout.lineage;
    staged.records.values.set(this.wordsAt(records, rows), staged.rows);
    staged.lines.values.set(this.wordsAt(lines, rows), staged.rows);
    staged.offsets.values.set(this.wordsAt(offsets, rows), staged.rows);
    staged.lengths.values.set(this.wordsAt(lengths, rows), staged.rows);
    for (const column of this.own) this.takeColumn(column);
    staged.rows += rows;
    runtime.record = staged.recordBase + (words[out + OUT.record] as number);
    runtime.line = staged.lineBase + (words[out + OUT.line] as number);
    runtime.exit = words[out + OUT.exit] as number;
    return this.from + (words[out + OUT.reached] as number);
  }

  private noteBases(): void {
    const { runtime, words, layout } = this;
    for (const { index, kind } of this.own) {
      this.bases[index] = runtime.buffers[index]?.count ?? 0;
      if (kind !== 'text') continue;
      const { plain, dictionaryValues } = this.textBuffer(index);
      words[layout.plainEnds / 4 + index] = plain.buffer.length;
      words[layout.arePlain / 4 + index] = Number(dictionaryValues >= 0);
    }
  }

  private takeColumn({ index, mayBeNull, hasNanos }: ScanColumn): void {
    const { runtime, words, layout } = this;
    const buffer = runtime.buffers[index];
    const place = layout.columns[index];
    if (place === undefined || buffer === undefined) throw new RangeError('no such column');
    const out = layout.out / 4 + OUT.columns + index * COUNTS.words;
    const count = words[out + COUNTS.values] as number;
    const base = this.bases[index] as number;
    if (buffer instanceof TextBuffer) {
      buffer.indexes.set(this.wordsAt(place.values, count), base);
      buffer.plain.buffer.length = words[out + COUNTS.plainBytes] as number;
    } else if (buffer instanceof FixedBuffer && place.width > 0) {
      buffer.words.set(this.wordsAt(place.values, (count * place.width) / 4), (base * place.width) / 4);
    }
    buffer.count = base + count;
    const nulls = words[out + COUNTS.nulls] as number;
    if (mayBeNull) buffer.nulls.append(this.wordsAt(place.nulls, nulls), nulls);
    if (hasNanos) runtime.storeNanos(index, buffer.count, buffer.nulls.count);
  }

  private wordsAt(at: number, count: number): Int32Array {
    return this.words.subarray(at / 4, at / 4 + count);
  }

  private field(index: number, from: number, place: number, ends: number): number {
    const { runtime, layout, words } = this;
    const result = runtime.field(index, from + this.from, this.placeInBuffer(index, place), ends);
    if (result < 0 || this.isBeyond(runtime.end)) return -1;
    if (result === 0) this.copyFromBuffer(index, place);
    words[layout.end / 4] = runtime.end - this.from;
    words[layout.innerLines / 4] = runtime.innerLines;
    this.view.setFloat64(layout.number, runtime.number, true);
    return result;
  }

  private emptyEnd(at: number): number {
    const end = this.runtime.emptyEnd?.(at + this.from) ?? -1;
    return end < 0 || this.isBeyond(end) ? -1 : end - this.from;
  }

  /** The code would look behind what is loaded. */
  private isBeyond(position: number): boolean {
    const isBeyond = position + LOOK_BYTES > this.loadedTo && this.loadedTo < this.runtime.limit;
    if (isBeyond) this.isShort = true;
    return isBeyond;
  }

  private wide(index: number, number: number, exponent: number, negative: boolean, place: number): undefined {
    this.runtime.wide(index, number, exponent, negative, this.placeInBuffer(index, place));
    this.copyFromBuffer(index, place);
  }

  private text(index: number, from: number, to: number, quoted: boolean, place: number, plainAt: number): number {
    const { runtime, words, layout } = this;
    const found = runtime.text(index, from + this.from, to + this.from, quoted, this.placeInBuffer(index, place), plainAt);
    words[layout.plainEnd / 4] = runtime.plainEnd;
    words[layout.isPlain / 4] = Number(runtime.isPlain);
    return found;
  }

  private ruleHolds(rule: number): boolean {
    this.prepare(this.parts.rules[rule]?.columns ?? []);
    return this.runtime.ruleHolds(rule);
  }

  private keysHold(): boolean {
    this.prepare(this.parts.keyColumns);
    return this.runtime.keysHold();
  }

  private addTotal(total: number, index: number, number: number, place: number): undefined {
    // What is no number here is looked for in the buffer.
    this.copyToBuffer(index, place);
    this.runtime.addTotal(total, index, number, this.placeInBuffer(index, place));
  }

  private addAggregates(): undefined {
    this.prepare(this.parts.aggregateColumns ?? []);
    this.runtime.addAggregates();
  }

  /** The row's values of these columns, where general functions look for them. */
  private prepare(columns: readonly number[]): void {
    const { runtime, words, layout } = this;
    for (const index of columns) {
      const place = words[layout.places / 4 + index] as number;
      const isNull = words[layout.nulls / 4 + index] as number;
      if (isNull === 0) this.copyToBuffer(index, place);
      runtime.places[index] = this.placeInBuffer(index, place);
      runtime.nulls[index] = isNull;
      runtime.entries[index] = words[layout.entries / 4 + index] as number;
      runtime.plains[index] = words[layout.plains / 4 + index] as number;
    }
  }

  private textBuffer(index: number): TextBuffer {
    const buffer = this.runtime.buffers[index];
    if (!(buffer instanceof TextBuffer)) throw new RangeError('no column of texts');
    return buffer;
  }

  private placeInBuffer(index: number, place: number): number {
    return (this.bases[index] as number) + place;
  }

  private copyFromBuffer(index: number, place: number): void {
    const { words, buffer, here, there } = this.value(index, place);
    for (let word = 0; word < words; word += 1) this.words[here + word] = buffer[there + word] as number;
  }

  private copyToBuffer(index: number, place: number): void {
    const { words, buffer, here, there } = this.value(index, place);
    for (let word = 0; word < words; word += 1) buffer[there + word] = this.words[here + word] as number;
  }

  /** A value here and in its buffer, as words; none where it only stands there. */
  private value(
    index: number,
    place: number,
  ): { readonly words: number; readonly buffer: Int32Array; readonly here: number; readonly there: number } {
    const { width, values } = this.layout.columns[index] ?? { width: 0, values: 0 };
    const buffer = this.runtime.buffers[index];
    if (width === 0 || !(buffer instanceof FixedBuffer)) return { words: 0, buffer: this.words, here: 0, there: 0 };
    const words = width / 4;
    return { words, buffer: buffer.words, here: values / 4 + place * words, there: this.placeInBuffer(index, place) * words };
  }
}

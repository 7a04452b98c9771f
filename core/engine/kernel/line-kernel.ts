/** Counts the lines of a stretch of a file in WebAssembly. It shares nothing with the scanners and readers whose records it counts. */
import { copyShared } from '../bytes/copy-shared.ts';
import { assemble } from './assemble.ts';
import { LINE_SOURCE } from './line-source.ts';
import { Instance, Memory, Module } from './web-assembly.ts';

interface Exports {
  plainLines(at: number, end: number, quote: number): number;
  quotedLines(at: number, end: number, ...rules: readonly [quote: number, delimiter: number, ...before: readonly number[]]): number;
}

const LF = 0x0a;
const PAGE_BYTES = 65_536;
const VECTOR_BYTES = 16;
/** Before it stands the byte that is thought to be before the stretch. */
const INPUT_AT = VECTOR_BYTES;
/** Of a stretch. */
const MAX_STRETCH_BYTES = PAGE_BYTES;

/** What stands before a stretch. */
export interface BeforeStretch {
  /** The stretch begins between quotes. */
  readonly isQuoted: boolean;
  /** The byte before is a quote that closes, or the first of two. */
  readonly isBehindClosing: boolean;
  /** The byte before is a delimiter. */
  readonly isBehindDelimiter: boolean;
  /** The line has bytes already. */
  readonly isLineBegun: boolean;
}

class LineKernel {
  private readonly bytes: Buffer;
  private readonly run: Exports;

  constructor() {
    const memory = new Memory({ initial: 2, maximum: 2 });
    this.run = new Instance(new Module(assemble(LINE_SOURCE)), { js: { memory } }).exports as Exports;
    this.bytes = Buffer.from(memory.buffer);
  }

  plainLines(stretch: Uint8Array, quote: number, isLineBegun: boolean): number {
    this.bytes[INPUT_AT - 1] = isLineBegun ? 0 : LF;
    return this.run.plainLines(INPUT_AT, this.load(stretch), quote);
  }

  quotedLines(stretch: Uint8Array, quote: number, delimiter: number, before: BeforeStretch): number {
    const { isQuoted, isBehindClosing, isBehindDelimiter, isLineBegun } = before;
    const opens = isBehindClosing || isBehindDelimiter || !isLineBegun;
    const numbers = [isQuoted, opens, isBehindClosing, !isLineBegun].map(Number);
    return this.run.quotedLines(INPUT_AT, this.load(stretch), quote, delimiter, ...numbers);
  }

  /** Gives where the stretch ends. */
  private load(stretch: Uint8Array): number {
    if (stretch.length > MAX_STRETCH_BYTES) throw new RangeError(`expected ${MAX_STRETCH_BYTES} bytes at most, found ${stretch.length}`);
    const end = INPUT_AT + stretch.length;
    copyShared(stretch, this.bytes, INPUT_AT);
    this.bytes.fill(0, end, end + VECTOR_BYTES);
    return end;
  }
}

let kernel: LineKernel | null = null;

/**
 * Lines that end (with a line feed, a CR, or both) within the stretch (64 KiB at most) and are not blank; `isLineBegun` where its first
 * line has bytes already. -1 where it has the quote (below zero for none): then a line end may be one of a field.
 */
export function plainLines(stretch: Uint8Array, quote: number, isLineBegun: boolean): number {
  kernel ??= new LineKernel();
  return kernel.plainLines(stretch, quote, isLineBegun);
}

export interface QuotedLines {
  readonly lines: number;
  /** The stretch ends between quotes. */
  readonly isQuoted: boolean;
}

/**
 * The same for lines with quotes: ends between quotes do not count. null where a quote opens anywhere but at the start of a field, or where
 * something but a delimiter, a line end or another quote follows one that closes. `quote` and `delimiter` are two bytes and no line ends.
 */
export function quotedLines(stretch: Uint8Array, quote: number, delimiter: number, before: BeforeStretch): QuotedLines | null {
  kernel ??= new LineKernel();
  const result = kernel.quotedLines(stretch, quote, delimiter, before);
  return result < 0 ? null : { lines: result >>> 1, isQuoted: (result & 1) === 1 };
}

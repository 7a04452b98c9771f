/** Counts the lines of a stretch of a file in WebAssembly. It shares nothing with the scanners and readers whose records it counts. */
import { copyShared } from '../bytes/copy-shared.ts';
import { assemble } from './assemble.ts';
import { LINE_SOURCE } from './line-source.ts';
import { Instance, Memory, Module } from './web-assembly.ts';

interface Exports {
  plainLines(at: number, end: number, quote: number): number;
}

const LF = 0x0a;
const PAGE_BYTES = 65_536;
const VECTOR_BYTES = 16;
/** Before it stands the byte that is thought to be before the stretch. */
const INPUT_AT = VECTOR_BYTES;
/** Of a stretch. */
const MAX_STRETCH_BYTES = PAGE_BYTES;

class LineKernel {
  private readonly bytes: Buffer;
  private readonly run: Exports;

  constructor() {
    const memory = new Memory({ initial: 2, maximum: 2 });
    this.run = new Instance(new Module(assemble(LINE_SOURCE)), { js: { memory } }).exports as Exports;
    this.bytes = Buffer.from(memory.buffer);
  }

  plainLines(stretch: Uint8Array, quote: number, isLineBegun: boolean): number {
    const { bytes } = this;
    const end = INPUT_AT + stretch.length;
    bytes[INPUT_AT - 1] = isLineBegun ? 0 : LF;
    copyShared(stretch, bytes, INPUT_AT);
    bytes.fill(0, end, end + VECTOR_BYTES);
    return this.run.plainLines(INPUT_AT, end, quote);
  }
}

let kernel: LineKernel | null = null;

/**
 * Lines that end (with a line feed, a CR, or both) within the stretch (64 KiB at most) and are not blank; `isLineBegun` where its first
 * line has bytes already. -1 where it has the quote (below zero for none): then a line end may be one of a field.
 */
export function plainLines(stretch: Uint8Array, quote: number, isLineBegun: boolean): number {
  if (stretch.length > MAX_STRETCH_BYTES) throw new RangeError(`expected ${MAX_STRETCH_BYTES} bytes at most, found ${stretch.length}`);
  kernel ??= new LineKernel();
  return kernel.plainLines(stretch, quote, isLineBegun);
}

/** JSON Lines: lines that are not blank. */
import type { Tokenizer } from './tokenizer.ts';

const LF = 0x0a;
const CR = 0x0d;
const BLANK = 0x20;
const TAB = 0x09;
/** Short calls of one function run faster than a long one. */
const STEP_BYTES = 64 * 1024;
const LF_WORD = 0x0a0a0a0a;
const ONES = 0x01010101;
const HIGH_BITS = 0x80808080 | 0;

export class JsonlTokenizer implements Tokenizer {
  private lines = 0;
  private isBlank = true;

  push(bytes: Uint8Array): void {
    for (let from = 0; from < bytes.length; from += STEP_BYTES) this.step(bytes.subarray(from, from + STEP_BYTES));
  }

  count(): number {
    this.endLine();
    return this.lines;
  }

  private step(bytes: Uint8Array): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const words = bytes.length - 3;
    for (let at = 0; at < bytes.length; at += 1) {
      if (!this.isBlank) {
        // On to the line feed, four bytes at a time where there is none among them.
        while (at < words) {
          const word = view.getInt32(at) ^ LF_WORD;
          if ((((word - ONES) | 0) & ~word & HIGH_BITS) !== 0) break;
          at += 4;
        }
        while (at < bytes.length && bytes[at] !== LF) at += 1;
        if (at === bytes.length) return;
      }
      const byte = bytes[at];
      if (byte === LF) this.endLine();
      else if (byte !== BLANK && byte !== TAB && byte !== CR) this.isBlank = false;
    }
  }

  private endLine(): void {
    this.lines += this.isBlank ? 0 : 1;
    this.isBlank = true;
  }
}

/** JSON Lines: lines that are not blank. */
import type { Tokenizer } from './tokenizer.ts';

const LF = 0x0a;
const CR = 0x0d;
const BLANK = 0x20;
const TAB = 0x09;

export class JsonlTokenizer implements Tokenizer {
  private lines = 0;
  private isBlank = true;

  push(bytes: Uint8Array): void {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = 0; at < buffer.length; at += 1) {
      if (!this.isBlank) {
        at = buffer.indexOf(LF, at);
        if (at < 0) return;
      }
      const byte = buffer[at];
      if (byte === LF) this.endLine();
      else if (byte !== BLANK && byte !== TAB && byte !== CR) this.isBlank = false;
    }
  }

  count(): number {
    this.endLine();
    return this.lines;
  }

  private endLine(): void {
    this.lines += this.isBlank ? 0 : 1;
    this.isBlank = true;
  }
}

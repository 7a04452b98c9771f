/** JSON Lines: lines that are not blank. */
import type { Tokenizer } from './tokenizer.ts';

export class JsonlTokenizer implements Tokenizer {
  private lines = 0;
  private isBlank = true;

  push(bytes: Uint8Array): void {
    for (const byte of bytes) {
      if (byte === 0x0a) {
        this.endLine();
      } else if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d) {
        this.isBlank = false;
      }
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

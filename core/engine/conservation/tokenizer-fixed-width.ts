/** Fixed width: lines that are neither empty nor comments, less those before the records and the one behind them. */
import type { SourceSpec } from '../../spec/source-spec.ts';
import type { Tokenizer } from './tokenizer.ts';

export class FixedWidthTokenizer implements Tokenizer {
  private readonly comment: string;
  private readonly others: number;
  private toSkip: number;
  private lines = 0;
  /** The first characters of the line, as many as a comment's mark has, and how long the line is. */
  private start = '';
  private length = 0;
  private afterCr = false;

  constructor({ source, control_file: control }: SourceSpec) {
    const { csv } = source;
    this.comment = csv.comment ?? '';
    this.toSkip = csv.skip_rows;
    this.others = (csv.has_header ? 1 : 0) + (control?.type === 'header' || control?.type === 'trailer' ? 1 : 0);
  }

  push(bytes: Uint8Array): void {
    for (const byte of bytes) {
      const isLf = byte === 0x0a;
      if (isLf && this.afterCr) {
        this.afterCr = false;
        continue;
      }
      this.afterCr = byte === 0x0d;
      if (isLf || this.afterCr) {
        this.endLine();
        continue;
      }
      this.length += 1;
      if (this.start.length < this.comment.length) {
        this.start += String.fromCharCode(byte);
      }
    }
  }

  count(): number {
    if (this.length > 0) {
      this.endLine();
    }
    return Math.max(0, this.lines - this.others);
  }

  private endLine(): void {
    const isComment = this.comment !== '' && this.start === this.comment;
    if (this.toSkip > 0) {
      this.toSkip -= 1;
    } else if (this.length > 0 && !isComment) {
      this.lines += 1;
    }
    this.start = '';
    this.length = 0;
  }
}

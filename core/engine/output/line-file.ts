/** Files of lines, written and read in blocks: memory is bounded by the longest line. */
import { closeSync, openSync, readSync, writeSync } from 'node:fs';

const BLOCK_BYTES = 256 * 1024;
const LINE_FEED = 0x0a;

export class LineWriter {
  private readonly file: number;
  private readonly block = Buffer.allocUnsafeSlow(BLOCK_BYTES);
  private length = 0;
  private closed = false;

  constructor(path: string) {
    this.file = openSync(path, 'w');
  }

  /** One line; `text` holds no line feed. */
  write(text: string): void {
    const size = Buffer.byteLength(text, 'utf8') + 1;
    if (this.length + size > BLOCK_BYTES) this.flush();
    if (size > BLOCK_BYTES) {
      writeAll(this.file, Buffer.from(`${text}\n`, 'utf8'));
      return;
    }
    this.length += this.block.write(text, this.length, 'utf8');
    this.block[this.length++] = LINE_FEED;
  }

  /** One line that goes on, behind `head`, with bytes of UTF-8. */
  writeBytes(head: string, rest: Uint8Array): void {
    const size = Buffer.byteLength(head, 'utf8') + rest.length + 1;
    if (size > BLOCK_BYTES) {
      this.write(head + Buffer.from(rest.buffer, rest.byteOffset, rest.length).toString('utf8'));
      return;
    }
    if (this.length + size > BLOCK_BYTES) this.flush();
    this.length += this.block.write(head, this.length, 'utf8');
    this.block.set(rest, this.length);
    this.length += rest.length;
    this.block[this.length++] = LINE_FEED;
  }

  /** Writes what is held and closes. Nothing happens when it is closed already. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.flush();
    closeSync(this.file);
  }

  /** Every line that was written is in the file then. */
  flush(): void {
    writeAll(this.file, this.block.subarray(0, this.length));
    this.length = 0;
  }
}

function writeAll(file: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done, bytes.length - done);
}

/** Reads the lines of a file, without their line feed, one after another; behind the last it goes on with those that are written later. */
export class LineReader {
  private readonly file: number;
  private readonly block = Buffer.allocUnsafe(BLOCK_BYTES);
  private count = 0;
  private at = 0;
  /** Of a line that is not read to its end. */
  private pending: Buffer[] = [];

  constructor(path: string) {
    this.file = openSync(path, 'r');
  }

  /** undefined where there is none. The bytes last until the next call. */
  next(): Buffer | undefined {
    for (;;) {
      // What is behind the bytes that were read is left from others.
      const end = this.block.indexOf(LINE_FEED, this.at);
      if (end !== -1 && end < this.count) {
        const line = this.take(end);
        this.at = end + 1;
        return line;
      }
      if (this.at < this.count) this.pending.push(Buffer.from(this.block.subarray(this.at, this.count)));
      this.count = readSync(this.file, this.block);
      this.at = 0;
      if (this.count === 0) return undefined;
    }
  }

  close(): void {
    closeSync(this.file);
  }

  private take(end: number): Buffer {
    const rest = this.block.subarray(this.at, end);
    if (this.pending.length === 0) return rest;
    const line = Buffer.concat([...this.pending, rest]);
    this.pending = [];
    return line;
  }
}

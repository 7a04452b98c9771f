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

  private flush(): void {
    writeAll(this.file, this.block.subarray(0, this.length));
    this.length = 0;
  }
}

function writeAll(file: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done, bytes.length - done);
}

/** The lines of a file, without their line feed. */
export function* readLines(path: string): Generator<string, void, undefined> {
  const file = openSync(path, 'r');
  try {
    const block = Buffer.allocUnsafe(BLOCK_BYTES);
    let pending: Buffer[] = [];
    for (let count = readSync(file, block); count > 0; count = readSync(file, block)) {
      let start = 0;
      for (let end = block.indexOf(LINE_FEED); end !== -1 && end < count; end = block.indexOf(LINE_FEED, start)) {
        yield Buffer.concat([...pending, block.subarray(start, end)]).toString('utf8');
        pending = [];
        start = end + 1;
      }
      if (start < count) pending.push(Buffer.from(block.subarray(start, count)));
    }
    if (pending.length > 0) yield Buffer.concat(pending).toString('utf8');
  } finally {
    closeSync(file);
  }
}

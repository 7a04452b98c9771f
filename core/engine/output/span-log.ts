/**
 * The spans that are in no other file (bytes that are no record, records held back), one log file a kind, written as
 * span-bytes.ts says.
 */
import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { writeSpan } from './span-bytes.ts';

const BLOCK_BYTES = 64 * 1024;
const MAX_SPAN_BYTES = 20;

export class SpanWriter {
  private readonly file: number;
  private readonly block = Buffer.allocUnsafeSlow(BLOCK_BYTES);
  private length = 0;
  private end = 0;
  private closed = false;

  constructor(path: string) {
    this.file = openSync(path, 'w');
  }

  add(byteOffset: number, byteLength: number): void {
    if (this.length + MAX_SPAN_BYTES > BLOCK_BYTES) this.flush();
    this.length = writeSpan(this.block, this.length, byteOffset - this.end, byteLength);
    this.end = byteOffset + byteLength;
  }

  /** Writes what is held and closes. Nothing happens when it is closed already. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.flush();
    closeSync(this.file);
  }

  /** Every span that was added is in the file then. */
  flush(): void {
    for (let done = 0; done < this.length;) done += writeSync(this.file, this.block, done, this.length - done);
    this.length = 0;
  }
}

export class SpanReader {
  byteOffset = 0;
  byteLength = 0;
  private readonly file: number;
  private readonly block = Buffer.allocUnsafe(BLOCK_BYTES);
  private count = 0;
  private at = 0;

  constructor(path: string) {
    this.file = openSync(path, 'r');
  }

  /** Goes to the next span; false behind the last one that is in the file. */
  next(): boolean {
    const signed = this.number();
    if (signed === undefined) return false;
    const gap = signed % 2 === 0 ? signed / 2 : -(signed + 1) / 2;
    this.byteOffset += this.byteLength + gap;
    this.byteLength = this.number() ?? 0;
    return true;
  }

  close(): void {
    closeSync(this.file);
  }

  private number(): number | undefined {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      if (this.at === this.count) {
        this.count = readSync(this.file, this.block);
        this.at = 0;
        if (this.count === 0) return undefined;
      }
      const byte = this.block[this.at++] ?? 0;
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  }
}

/** The log of one kind in a folder. */
export function spanLogPath(folder: string, kind: string): string {
  return join(folder, `spans-${kind}.bin`);
}

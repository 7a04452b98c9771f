/**
 * Refused records of a range, whose numbers in the file are not known yet: what stands before and behind the two numbers is
 * made at once, the numbers are put in when the range is joined to those before it. Memory is bounded: what is more goes to
 * a file.
 */
import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { ByteBuffer } from '../bytes/byte-buffer.ts';
import type { RecordSpan } from '../output/file-output.ts';
import type { QuarantineOrigin } from '../output/quarantine-record.ts';
import { quarantineHead, writeQuarantineTail } from '../output/quarantine-text.ts';
import type { Finding } from '../report.ts';

const MAX_HELD_BYTES = 1024 * 1024;
const HEADER_BYTES = 16;

/** Plain data: it passes between threads. */
export interface FrameData {
  readonly held: Uint8Array<ArrayBuffer>;
  /** A file whose frames come before those that are held. */
  readonly path: string | null;
}

export class FrameWriter {
  private readonly buffer = new ByteBuffer(4096);
  /** A file that is made only where it is needed; nobody else writes it until its frames are read. */
  path = '';
  private readonly origin: QuarantineOrigin;
  private file: number | null = null;

  constructor(origin: QuarantineOrigin) {
    this.origin = origin;
  }

  /** `span` counts records and lines from the range's first. */
  add(span: RecordSpan, raw: Uint8Array, findings: readonly Finding[]): void {
    const at = this.buffer.claim(HEADER_BYTES);
    const size = writeQuarantineTail(this.buffer, this.origin, span, raw, findings);
    // The buffer may have grown.
    const { view } = this.buffer;
    view.setUint32(at, size, true);
    view.setUint32(at + 4, span.record, true);
    // Below 1 for a record that began in an earlier range.
    view.setFloat64(at + 8, span.line ?? Number.NaN, true);
    if (this.buffer.length > MAX_HELD_BYTES) this.spill();
  }

  take(): FrameData {
    if (this.file !== null) closeSync(this.file);
    const path = this.file === null ? null : this.path;
    this.file = null;
    const held = new Uint8Array(this.buffer.content());
    this.buffer.clear();
    return { held, path };
  }

  private spill(): void {
    this.file ??= openSync(this.path, 'w');
    const bytes = this.buffer.content();
    for (let done = 0; done < bytes.length;) done += writeSync(this.file, bytes, done, bytes.length - done);
    this.buffer.clear();
  }
}

/** Takes the text of a quarantine record up to its line, and the bytes that follow it: they last until it returns. */
export type WriteFrame = (head: string, rest: Uint8Array) => void;

/** Gives every record's text, its numbers counted on from `records` and `lines`, and removes the file. */
export function readFrames(frames: FrameData, origin: QuarantineOrigin, records: number, lines: number, write: WriteFrame): void {
  const start = quarantineHead(origin);
  const join = (block: Buffer): number => joinFrames(block, start, records, lines, write);
  if (frames.path !== null) {
    readSpilled(frames.path, join);
    rmSync(frames.path);
  }
  join(Buffer.from(frames.held.buffer, frames.held.byteOffset, frames.held.byteLength));
}

/** Whole frames of the block; gives the position behind the last. */
function joinFrames(block: Buffer, start: string, records: number, lines: number, write: WriteFrame): number {
  let at = 0;
  while (at + HEADER_BYTES <= block.length) {
    const end = at + HEADER_BYTES + block.readUInt32LE(at);
    if (end > block.length) break;
    const line = block.readDoubleLE(at + 8);
    const head = `${start}${records + block.readUInt32LE(at + 4)},"line":${Number.isNaN(line) ? 'null' : lines + line}`;
    write(head, block.subarray(at + HEADER_BYTES, end));
    at = end;
  }
  return at;
}

function readSpilled(path: string, join: (block: Buffer) => number): void {
  const file = openSync(path, 'r');
  try {
    let block = Buffer.allocUnsafeSlow(2 * MAX_HELD_BYTES);
    let held = 0;
    for (let count = readSync(file, block, held, block.length - held, null); count > 0;) {
      held += count;
      const used = join(block.subarray(0, held));
      block.copy(block, 0, used, held);
      held -= used;
      if (held === block.length) block = Buffer.concat([block], block.length * 2);
      count = readSync(file, block, held, block.length - held, null);
    }
  } finally {
    closeSync(file);
  }
}

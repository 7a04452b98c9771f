/**
 * Bytes that are no record, told to the sink in runs: neighbours of one kind become one. It also counts the physical
 * lines of everything that goes by.
 */
import { LineCounter } from '../bytes/line-end.ts';
import { fileFinding } from '../findings/file-finding.ts';
import type { NonRecordKind } from '../output/file-output.ts';
import type { ByteWindow, RecordSink } from './record-reader.ts';

export class Stretches {
  private readonly sink: RecordSink;
  private readonly lines = new LineCounter();
  /** Lines before those that are counted. */
  private linesBefore = 0;
  private run: { readonly kind: NonRecordKind; readonly byteOffset: number; byteLength: number } | null = null;

  constructor(sink: RecordSink) {
    this.sink = sink;
  }

  /** 1-based line of the next byte. */
  get line(): number {
    return this.lines.line;
  }

  set line(line: number) {
    this.lines.line = line;
    this.lines.afterCr = false;
  }

  get afterCr(): boolean {
    return this.lines.afterCr;
  }

  /** Counts from line 1 again, before which the file has `linesBefore` more. */
  restart(linesBefore: number, afterCr: boolean): void {
    this.linesBefore = linesBefore;
    this.lines.line = 1;
    this.lines.afterCr = afterCr;
    this.run = null;
  }

  /** [from, to) of the window is `kind`. */
  pass(kind: NonRecordKind, { bytes, base }: ByteWindow, from: number, to: number): void {
    this.lines.advance(bytes, from, to);
    if (this.run?.kind === kind) {
      this.run.byteLength += to - from;
      return;
    }
    this.flush();
    this.run = { kind, byteOffset: base + from, byteLength: to - from };
  }

  /** [from, to) of the window belongs to a record. */
  passRecord({ bytes }: ByteWindow, from: number, to: number): void {
    this.lines.advance(bytes, from, to);
  }

  flush(): void {
    if (this.run !== null && this.run.byteLength > 0) {
      this.sink.nonRecord(this.run.kind, this.run.byteOffset, this.run.byteLength);
    }
    this.run = null;
  }

  /** The file cannot be split any further: it fails, and the rest is unread. */
  giveUp(message: string, window: ByteWindow, at: number): void {
    this.sink.failFile(fileFinding('FILE_UNREADABLE', `${message} (line ${this.linesBefore + this.line})`));
    this.pass('unread', window, at, window.bytes.length);
  }
}

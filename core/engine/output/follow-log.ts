/**
 * Which bytes follow records directly, told in runs: `count` records from `first` on are each followed by as many bytes of
 * one kind, a line end or white space between elements. So four million line ends are one entry. In a file, since records and refused ones may take turns.
 */
import type { NonRecordKind } from './file-output.ts';
import { SpanReader, SpanWriter } from './span-log.ts';

/** A run is two spans: [first, count) of records, and the bytes behind each as the length of an empty place. */
export class FollowWriter {
  /** What the bytes are: the same in all of a file. */
  readonly kind: NonRecordKind;
  private readonly runs: SpanWriter;
  private readonly lengths: SpanWriter;
  private first = 0;
  private count = 0;
  private bytes = 0;

  constructor(kind: NonRecordKind, runsPath: string, lengthsPath: string) {
    this.kind = kind;
    this.runs = new SpanWriter(runsPath);
    this.lengths = new SpanWriter(lengthsPath);
  }

  add(first: number, count: number, bytes: number): void {
    if (this.count > 0 && first === this.first + this.count && bytes === this.bytes) {
      this.count += count;
      return;
    }
    this.endRun();
    this.first = first;
    this.count = count;
    this.bytes = bytes;
  }

  close(): void {
    this.endRun();
    this.runs.close();
    this.lengths.close();
  }

  /** Everything that was added is in the files then; the next run begins anew. */
  flush(): void {
    this.endRun();
    this.runs.flush();
    this.lengths.flush();
  }

  private endRun(): void {
    if (this.count === 0) return;
    this.runs.add(this.first, this.count);
    this.lengths.add(0, this.bytes);
    this.count = 0;
  }
}

export class FollowCursor {
  readonly kind: NonRecordKind;
  private readonly runs: SpanReader;
  private readonly lengths: SpanReader;
  private isOpen = false;
  private next = 0;
  private last = -1;
  private bytes = 0;

  constructor(kind: NonRecordKind, runsPath: string, lengthsPath: string) {
    this.kind = kind;
    this.runs = new SpanReader(runsPath);
    this.lengths = new SpanReader(lengthsPath);
    this.refresh();
  }

  /** More may have been written behind the last run. */
  refresh(): void {
    if (!this.isOpen) this.advance();
  }

  /** What follows the record with this number; asked in ascending order, each number once. */
  bytesBehind(record: number): number {
    if (!this.isOpen || record !== this.next) return 0;
    this.next += 1;
    const { bytes } = this;
    if (record === this.last) this.advance();
    return bytes;
  }

  /** A run, or a part of one, that no record was asked for. */
  unused(): boolean {
    return this.isOpen;
  }

  close(): void {
    this.runs.close();
    this.lengths.close();
  }

  private advance(): void {
    this.isOpen = this.runs.next();
    if (!this.isOpen) return;
    this.lengths.next();
    this.next = this.runs.byteOffset;
    this.last = this.runs.byteOffset + this.runs.byteLength - 1;
    this.bytes = this.lengths.byteLength;
  }
}

/** The messages of one partition that wait for their file, as lines, in the order of the log. */
import type { LogMessage } from '../../core/ports/message-log.ts';
import { OffsetSet, rangesAsTexts } from '../../core/stream/offset-ranges.ts';
import { messageLine } from './message-line.ts';

interface GatheredLine {
  readonly offset: bigint;
  readonly timestampMs: number;
  readonly bytes: Buffer;
}

const LINE_END = Buffer.from('\n');

export class GatheredLines {
  readonly partition: number;
  /** Monotonic milliseconds of the oldest line; null without lines. */
  sinceMs: number | null = null;
  /** The last offset of the file as another process has settled it; null where this one will. */
  settledLast: bigint | null = null;
  private readonly lines: GatheredLine[] = [];
  private size = 0;
  private done: { readonly position: bigint; readonly timestampMs: number } | null = null;

  constructor(partition: number) {
    this.partition = partition;
  }

  get count(): number {
    return this.lines.length;
  }

  get bytes(): number {
    return this.size;
  }

  get firstOffset(): bigint | null {
    return this.lines[0]?.offset ?? null;
  }

  get lastOffset(): bigint | null {
    return this.lines.at(-1)?.offset ?? null;
  }

  /** The offset up to which everything is in files; null where nothing is yet. */
  get position(): bigint | null {
    return this.done?.position ?? null;
  }

  get doneTimestampMs(): number | null {
    return this.done?.timestampMs ?? null;
  }

  add(message: LogMessage, nowMs: number): void {
    const bytes = messageLine(message.value);
    this.lines.push({ offset: message.offset, timestampMs: message.timestampMs, bytes });
    this.size += bytes.length + 1;
    this.sinceMs ??= nowMs;
  }

  /** Runs of the offsets of the lines. */
  ranges(): [first: string, last: string][] {
    const set = new OffsetSet();
    for (const { offset } of this.lines) set.add(offset);
    return rangesAsTexts(set.ranges());
  }

  /** The file of the lines up to that offset. */
  fileUpTo(last: bigint): Buffer {
    return Buffer.concat(this.lines.filter(({ offset }) => offset <= last).flatMap(({ bytes }) => [bytes, LINE_END]));
  }

  /** The lines up to that offset are in a file; says how many they were. */
  drop(last: bigint, nowMs: number): number {
    const count = this.lines.filter(({ offset }) => offset <= last).length;
    const gone = this.lines.splice(0, count);
    this.size -= gone.reduce((sum, { bytes }) => sum + bytes.length + 1, 0);
    this.done = { position: last + 1n, timestampMs: gone.at(-1)?.timestampMs ?? -1 };
    this.sinceMs = this.lines.length === 0 ? null : nowMs;
    this.settledLast = null;
    return count;
  }
}

/**
 * Feeds the decompressed bytes of a file to its record reader, window by window: takes the byte order mark off, and
 * keeps what the reader could not finish.
 */
import type { SourceSpec } from '../spec/source-spec.ts';
import { WindowBuffer } from './bytes/window-buffer.ts';
import { MARK_BYTES, readMark } from './decode/byte-order-mark.ts';
import { fileFinding } from './findings/file-finding.ts';
import type { EngineLimits } from './limits.ts';
import { openReader } from './records/open-reader.ts';
import type { RecordReader, RecordSink } from './records/record-reader.ts';

export class RecordFeed {
  /** Bytes that came, all of which are accounted for after end() or abandon(). */
  totalBytes = 0;
  private readonly spec: SourceSpec;
  private readonly limits: EngineLimits;
  private readonly sink: RecordSink;
  private readonly window = new WindowBuffer(0);
  private reader: RecordReader | null = null;
  private isUnreadable = false;

  constructor(spec: SourceSpec, limits: EngineLimits, sink: RecordSink) {
    this.spec = spec;
    this.limits = limits;
    this.sink = sink;
  }

  write(chunk: Buffer): void {
    this.totalBytes += chunk.length;
    this.window.append(chunk);
    if (this.totalBytes >= MARK_BYTES) {
      this.read(false);
    }
  }

  /** The file ends here. */
  end(): void {
    this.read(true);
  }

  /** Nothing behind what came can be had: what no reader took is named unread. */
  abandon(): void {
    const rest = this.window.bytes().length;
    this.sink.nonRecord('unread', this.window.base, rest);
    this.window.consume(rest);
  }

  private read(final: boolean): void {
    this.reader ??= this.open();
    if (this.isUnreadable) {
      this.abandon();
      return;
    }
    const used = this.reader.read({ bytes: this.window.bytes(), base: this.window.base, final });
    this.window.consume(used);
  }

  private open(): RecordReader {
    const mark = readMark(this.window.bytes().subarray(0, MARK_BYTES), this.spec.source.encoding);
    this.sink.nonRecord('bom', 0, mark.markBytes);
    this.window.consume(mark.markBytes);
    if (mark.fault !== null) {
      this.isUnreadable = true;
      this.sink.failFile(fileFinding('FILE_UNREADABLE', mark.fault));
    }
    return openReader(this.spec, this.limits, this.sink);
  }
}

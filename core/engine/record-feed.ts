/**
 * Feeds the decompressed bytes of a file to its record reader, window by window: takes the byte order mark off, makes
 * UTF-16 readable, and keeps what the reader could not finish. The tokenizer sees the same bytes.
 */
import type { SourceSpec } from '../spec/source-spec.ts';
import { WindowBuffer } from './bytes/window-buffer.ts';
import { openTokenizer, type Tokenizer } from './conservation/tokenizer.ts';
import { MARK_BYTES, readMark } from './decode/byte-order-mark.ts';
import { OriginalOffsets } from './decode/original-offsets.ts';
import { Utf16Transcoder } from './decode/utf16-transcoder.ts';
import { fileFinding } from './findings/file-finding.ts';
import type { EngineLimits } from './limits.ts';
import { openReader } from './records/open-reader.ts';
import type { RecordReader, RecordSink } from './records/record-reader.ts';

interface Transcoding {
  readonly transcoder: Utf16Transcoder;
  readonly offsets: OriginalOffsets;
}

export class RecordFeed {
  /** Bytes that came, all of which are accounted for after end() or abandon(). */
  totalBytes = 0;
  private readonly spec: SourceSpec;
  private readonly limits: EngineLimits;
  private readonly tokenizer: Tokenizer;
  private sink: RecordSink;
  private window = new WindowBuffer(0);
  private reader: RecordReader | null = null;
  private transcoding: Transcoding | null = null;
  private isUnreadable = false;

  constructor(spec: SourceSpec, limits: EngineLimits, sink: RecordSink) {
    this.spec = spec;
    this.limits = limits;
    this.sink = sink;
    this.tokenizer = openTokenizer(spec);
  }

  write(chunk: Buffer): void {
    this.totalBytes += chunk.length;
    if (this.reader !== null) {
      this.take(this.transcoding === null ? chunk : this.transcoding.transcoder.push(chunk));
      this.read(this.reader, false);
      return;
    }
    this.window.append(chunk);
    if (this.totalBytes >= MARK_BYTES) {
      this.read(this.open(), false);
    }
  }

  /** The file ends here. */
  end(): void {
    const reader = this.reader ?? this.open();
    if (this.transcoding !== null) {
      this.take(this.transcoding.transcoder.end());
    }
    this.read(reader, true);
  }

  /** Nothing behind what came can be had: what no reader took is named unread. */
  abandon(): void {
    if (this.transcoding !== null) {
      this.take(this.transcoding.transcoder.end());
    }
    this.passUnread();
  }

  close(): void {
    this.window = new WindowBuffer(0);
  }

  /** Records by the second way of counting; null where it does not apply. */
  tokenizerRecords(): number | null {
    return this.tokenizer.count();
  }

  private take(bytes: Buffer): void {
    this.tokenizer.push(bytes);
    this.transcoding?.offsets.append(bytes);
    this.window.append(bytes);
  }

  private passUnread(): void {
    const rest = this.window.bytes().length;
    const from = this.reader?.untoldFrom ?? this.window.base;
    const to = this.window.base + rest;
    if (to > from) {
      this.sink.nonRecord('unread', from, to - from);
    }
    this.window.consume(rest);
  }

  private read(reader: RecordReader, final: boolean): void {
    if (this.isUnreadable) {
      this.passUnread();
      return;
    }
    const used = reader.read({ bytes: this.window.bytes(), base: this.window.base, final });
    this.window.consume(used);
  }

  private open(): RecordReader {
    const start = Buffer.from(this.window.bytes());
    const mark = readMark(start, this.spec.source.encoding);
    if (mark.markBytes > 0) {
      this.sink.nonRecord('bom', 0, mark.markBytes);
    }
    if (mark.fault !== null) {
      this.isUnreadable = true;
      this.sink.failFile(fileFinding('FILE_UNREADABLE', mark.fault));
    }
    const content = start.subarray(mark.markBytes);
    if (mark.byteOrder === null) {
      this.window = new WindowBuffer(mark.markBytes);
      this.take(content);
    } else {
      const transcoder = new Utf16Transcoder(mark.byteOrder);
      // A record and what was read ahead of it, before and behind the line end that a reader may go back to.
      const keptBytes = 2 * (this.limits.maxRecordBytes + this.limits.chunkBytes);
      const offsets = new OriginalOffsets(this.sink, mark.byteOrder, transcoder, mark.markBytes, keptBytes);
      this.transcoding = { transcoder, offsets };
      this.sink = offsets;
      this.window = new WindowBuffer(0);
      this.take(transcoder.push(content));
    }
    this.reader = openReader(this.spec, this.limits, this.sink);
    return this.reader;
  }
}

/**
 * Between a reader of transcoded bytes and the sink that wants offsets, lengths and bytes of the original: positions
 * come in file order, so it counts on from the last one.
 */
import { MarketsError } from '../../errors/markets-error.ts';
import type { NonRecordKind } from '../output/file-output.ts';
import type { RecordPlace, RecordSink } from '../records/record-reader.ts';
import type { Finding } from '../report.ts';
import type { RawCells, RecordFault } from '../values/raw-cells.ts';
import type { ByteOrder } from './byte-order-mark.ts';
import { originalBytes, originalLength, type Utf16Transcoder } from './utf16-transcoder.ts';

/** A chunk of transcoded bytes that positions may still fall into; its bytes are dropped in the midst of a long record. */
interface Chunk {
  bytes: Buffer | null;
  /** Transcoded and original offset of its first byte. */
  readonly start: number;
  readonly originalStart: number;
  readonly length: number;
  readonly originalLength: number;
}

export class OriginalOffsets implements RecordSink {
  private readonly sink: RecordSink;
  private readonly byteOrder: ByteOrder;
  private readonly transcoder: Utf16Transcoder;
  private readonly chunks: Chunk[] = [];
  private end = 0;
  private originalEnd: number;
  private readonly keptBytes: number;

  /**
   * `originalStart`: bytes of the file before the first transcoded one. `keptBytes`: how far behind the last position, and before the end of
   * what was appended, a position may fall; a reader goes back by one record at most, so it is the length of the longest one.
   */
  constructor(sink: RecordSink, byteOrder: ByteOrder, transcoder: Utf16Transcoder, originalStart: number, keptBytes: number) {
    this.sink = sink;
    this.byteOrder = byteOrder;
    this.transcoder = transcoder;
    this.originalEnd = originalStart;
    this.keptBytes = keptBytes;
  }

  append(bytes: Buffer): void {
    const length = originalLength(bytes, 0, bytes.length);
    const own = Buffer.from(bytes);
    this.chunks.push({ bytes: own, start: this.end, originalStart: this.originalEnd, length: bytes.length, originalLength: length });
    this.end += bytes.length;
    this.originalEnd += length;
    this.dropMiddle();
  }

  /** Within a record that is longer than allowed only its two ends are asked for: what lies between needs no bytes. */
  private dropMiddle(): void {
    const first = this.chunks[0]?.start ?? 0;
    for (let index = this.chunks.length - 1; index >= 0; index -= 1) {
      const chunk = this.chunks[index];
      if (chunk === undefined || chunk.bytes === null || chunk.start <= first + this.keptBytes) return;
      if (this.end - (chunk.start + chunk.length) > this.keptBytes) chunk.bytes = null;
    }
  }

  record(place: RecordPlace, raw: Buffer, cells: RawCells): void {
    this.sink.record(this.original(place), this.originalRaw(raw), cells);
  }

  broken(place: RecordPlace, raw: Buffer, fault: RecordFault): void {
    this.sink.broken(this.original(place), this.originalRaw(raw), fault);
  }

  heldRecord(place: RecordPlace): void {
    this.sink.heldRecord(this.original(place));
  }

  nonRecord(kind: NonRecordKind, byteOffset: number, byteLength: number): void {
    const place = this.original({ line: null, byteOffset, byteLength });
    this.sink.nonRecord(kind, place.byteOffset, place.byteLength);
  }

  failFile(finding: Finding): void {
    this.sink.failFile(finding);
  }

  controlRecord(fields: readonly string[]): void {
    this.sink.controlRecord(fields);
  }

  private originalRaw(raw: Buffer): Buffer {
    return originalBytes(raw, this.byteOrder, this.transcoder.oddByte);
  }

  private original({ line, byteOffset, byteLength }: RecordPlace): RecordPlace {
    const from = this.originalOf(byteOffset);
    const to = this.originalOf(byteOffset + byteLength);
    return { line, byteOffset: from, byteLength: to - from };
  }

  /** Positions never go back: chunks before this one are forgotten. */
  private originalOf(position: number): number {
    let [chunk] = this.chunks;
    while (chunk !== undefined && position >= chunk.start + chunk.length && this.chunks.length > 1) {
      this.chunks.shift();
      [chunk] = this.chunks;
    }
    if (chunk === undefined || position === chunk.start) {
      return chunk?.originalStart ?? this.originalEnd;
    }
    if (position === chunk.start + chunk.length) {
      return chunk.originalStart + chunk.originalLength;
    }
    if (chunk.bytes === null || position < chunk.start) {
      throw new MarketsError('ENGINE_INVARIANT', 'A position of a UTF-16 file came out of order.');
    }
    return chunk.originalStart + originalLength(chunk.bytes, 0, position - chunk.start);
  }
}

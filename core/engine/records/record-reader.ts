/**
 * The one shape of every record reader, whatever the format: it is shown a window of the file that starts where it left
 * off, and tells a sink what each stretch of bytes is, in file order and without a gap. All offsets are file offsets in
 * the bytes it is given.
 */
import type { NonRecordKind } from '../output/file-output.ts';
import type { Finding } from '../report.ts';
import type { RawCells, RecordFault } from '../values/raw-cells.ts';

export interface ByteWindow {
  readonly bytes: Buffer;
  /** File offset of bytes[0]. */
  readonly base: number;
  /** No byte follows this window. */
  readonly final: boolean;
}

/** Where a record stands, before it gets its number. */
export interface RecordPlace {
  readonly line: number | null;
  readonly byteOffset: number;
  readonly byteLength: number;
}

export interface RecordSink {
  /** A record that could be split; `raw` and `cells` are only valid during the call. */
  record(place: RecordPlace, raw: Buffer, cells: RawCells): void;
  /** A record that could not; `raw` may be cut where it is too long. */
  broken(place: RecordPlace, raw: Buffer, fault: RecordFault): void;
  /** A record of a file that already fails and whose fields cannot be told apart: it is counted, not judged. */
  heldRecord(place: RecordPlace): void;
  nonRecord(kind: NonRecordKind, byteOffset: number, byteLength: number): void;
  /** The file fails. The reader goes on to split where it can; else it names the rest `unread`. */
  failFile(finding: Finding): void;
  /** The fields of a header or trailer record that states what the file holds. */
  controlRecord(fields: readonly string[]): void;
}

export interface RecordReader {
  /** Offset from which bytes were consumed without being told yet (a record that is too long); null otherwise. */
  readonly untoldFrom: number | null;
  /**
   * Reads every whole record of the window and returns the index of the first byte that it did not account for: the
   * next window starts there. With `final` it accounts for all of it. The result never depends on where windows end.
   */
  read(window: ByteWindow): number;
}

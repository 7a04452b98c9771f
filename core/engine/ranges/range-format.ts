/**
 * What a format needs so that its files can be judged range by range: an opening, which reads what is before the first record
 * and guesses where ranges may be cut, and a reading, which reads the records of one range after another. Both use the
 * format's own record reader, so that a range holds what the reading of the whole file says.
 */
import type { SourceSpec } from '../../spec/source-spec.ts';
import type { Tokenizer } from '../conservation/tokenizer.ts';
import type { EngineLimits } from '../limits.ts';
import type { NonRecordKind } from '../output/file-output.ts';
import type { LongLine } from '../records/csv/csv-line.ts';
import type { FieldPlan } from '../records/csv/field-plan.ts';
import type { LongJsonLine } from '../records/json/jsonl-reader.ts';
import type { ByteWindow, RecordSink } from '../records/record-reader.ts';
import type { XmlPlace } from '../records/xml/xml-place.ts';
import type { RowTargets } from '../scan/row-targets.ts';
import type { RowBatch } from '../scan/row-batch.ts';
import type { ScanRuntime } from '../scan/scan-runtime.ts';
import type { TimeScan } from '../scan/time-scan.ts';
import type { RangeContext } from './range.ts';

/** What a file says before its first record that holds for all of it. Plain data: it passes between threads. */
export interface Preamble {
  /** Which field of a CSV record is which column; null for other formats. */
  readonly csv: { readonly plan: FieldPlan; readonly headerFailed: boolean } | null;
}

/** How a reading stands where a range begins. Plain data, compared by its values. */
export interface Carry {
  /** The range begins within a CSV line, or one of JSON Lines, that is too long. */
  readonly csvLine: LongLine | null;
  readonly jsonLine: LongJsonLine | null;
  /** Of an XML document: the elements that are open, and the row that is too long. */
  readonly xml: XmlPlace | null;
}

export const NO_CARRY: Carry = { csvLine: null, jsonLine: null, xml: null };

/** Where a record begins that was not told yet; null where there is none. */
export function untoldFrom({ csvLine, jsonLine, xml }: Carry): number | null {
  return (csvLine ?? jsonLine ?? xml?.long)?.byteOffset ?? null;
}

/** The beginning of a file, up to its first record. */
export interface RangeOpening {
  /** Line ends that went by. */
  readonly lines: number;
  readonly preamble: Preamble;
  /** How a reading stands at the first record; what every range is thought to begin with. */
  readonly carry: Carry;
  /** Where a stretch begins that goes on and was not told yet; null where there is none. */
  readonly untoldFrom: number | null;
  /** Reads up to the first record; `done` tells that it is reached at `used`. */
  read(window: ByteWindow): { readonly used: number; readonly done: boolean };
  /** The file ends before a first record: reads all of it. */
  readToEnd(window: ByteWindow): void;
  /** Records by the second way of counting in what was read; below zero for those that are not judged. */
  count(): TokenCount;
  /** A guess, which the range before it confirms or corrects: a place in [target, last], `last` where none is found. */
  findStart(bytes: Buffer, target: number, last: number): number;
}

/** Reads the records of one range after another, in file order within each. */
export interface RangeReading {
  /** 1-based line of the next byte, counted from where the range begins. */
  line: number;
  /** What the bytes are that a scanner finds behind a record. */
  readonly followKind: NonRecordKind;
  /** A record, or bytes before one, come next: a scanner may go on. */
  readonly isAtRecord: boolean;
  /** Goes on as `carry` says; before that the file has `linesBefore` line ends, as far as is known. */
  resume(carry: Carry, linesBefore: number): void;
  /** Reads one stretch, and gives the index behind it; `position` itself where the window does not hold all of it. */
  readOne(window: ByteWindow, position: number): number;
  /** No more is read of the range; with `final` the file ends here. */
  finish(window: ByteWindow, position: number): void;
  carry(): Carry;
  /** For records that look like those read last; null where there is none. */
  scan(window: ByteWindow): RowScan | null;
  /** Records by the second way of counting in a stretch that begins as `carry` says. */
  count(bytes: Uint8Array, carry: Carry): TokenCount;
}

/** What the second way of counting gives for a part of a file. */
export interface TokenCount {
  /** null where it does not apply. */
  readonly records: number | null;
  /** Row tags of an XML document as they are written: where there are several, it does not apply. */
  readonly rowTags: readonly string[];
}

export const NOT_COUNTED: TokenCount = { records: null, rowTags: [] };

export function countOf(tokenizer: Tokenizer): TokenCount {
  return { records: tokenizer.count(), rowTags: [] };
}

/** A scanner that was made for the records of a file. */
export interface RowScan {
  readonly run: Scanner;
  readonly runtime: ScanRuntime;
  readonly times: readonly TimeScan[];
  readonly batch: RowBatch;
}

/** Takes good rows from `from` on, and gives the position where it stopped; runtime.exit says why. */
export type Scanner = (
  runtime: ScanRuntime,
  times: readonly TimeScan[],
  bytes: Uint8Array,
  view: DataView,
  from: number,
  stop: number,
  limit: number,
  final: boolean,
) => number;

/** What a reading writes to: the judge of its records, and the rows that its scanner writes into. */
export interface ReadingTargets extends RowTargets {
  readonly sink: RecordSink;
}

export interface RangeFormat {
  open(spec: SourceSpec, limits: EngineLimits, sink: RecordSink): RangeOpening;
  read(context: RangeContext, targets: ReadingTargets): RangeReading;
}

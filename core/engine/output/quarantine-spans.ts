/** The refused records as the proof of conservation reads them back. */
import type { QuarantineRecord } from '../report.ts';
import { LineReader } from './line-file.ts';
import type { SpanCursor } from './tiling.ts';

/** The records of a quarantine file. */
export class QuarantineSpans implements SpanCursor {
  readonly isRecord = true;
  readonly kind: string;
  byteOffset = 0;
  byteLength = 0;
  record: number | null = 0;
  private readonly lines: LineReader;
  private readonly head: Buffer;

  /** `head`: how every line begins, up to the record's number. */
  constructor(kind: string, path: string, head: string) {
    this.kind = kind;
    this.lines = new LineReader(path);
    this.head = Buffer.from(head, 'utf8');
  }

  next(): boolean {
    const line = this.lines.next();
    if (line === undefined) return false;
    const { record, byte_offset, byte_length } = placeOf(line, this.head);
    this.byteOffset = byte_offset ?? Number.NaN;
    this.byteLength = byte_length ?? Number.NaN;
    this.record = record;
    return true;
  }

  close(): void {
    this.lines.close();
  }
}

type QuarantinePlace = Pick<QuarantineRecord, 'record' | 'byte_offset' | 'byte_length'>;

/** Of how a line goes on behind its head; the rest of it, which may be long, need not be read for its place. */
const PLACE = /^(\d+),"line":(?:\d+|null),"byte_offset":(\d+),"byte_length":(\d+),/;
/** Of four numbers and their names. */
const MAX_PLACE_BYTES = 128;

function placeOf(line: Buffer, head: Buffer): QuarantinePlace {
  const isHead = line.length >= head.length && head.compare(line, 0, head.length) === 0;
  const found = isHead ? PLACE.exec(line.toString('latin1', head.length, head.length + MAX_PLACE_BYTES)) : null;
  if (found === null) return JSON.parse(line.toString('utf8')) as QuarantineRecord;
  return { record: Number(found[1]), byte_offset: Number(found[2]), byte_length: Number(found[3]) };
}

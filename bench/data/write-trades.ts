/**
 * Files of trades of any length in the variants that measurements and tests need. The same arguments give the same bytes; a file of bad
 * rows comes with the truth about them, written while the file is. Memory does not follow the size.
 */
import { closeSync, openSync, writeSync } from 'node:fs';
import { BAD_KINDS } from './bad-trades.ts';
import { rowFrame, type RowFrame } from './row-frame.ts';
import { TradeFields, type TradeStyle } from './trade-fields.ts';
import { TRADES_COLUMNS, type TradesFormat } from './trades-spec.ts';
import { truthLine } from './truth-file.ts';

export interface TradesVariant {
  readonly format: TradesFormat;
  /** A bad row stands behind every nth good one; 0 for none, 1 together with `badOnly` for no good ones. CSV only. */
  readonly badEvery?: number;
  readonly badOnly?: boolean;
  readonly crlf?: boolean;
  readonly quoteAll?: boolean;
  readonly mixedTimestamps?: boolean;
  readonly quotedNewlines?: boolean;
  readonly distinct?: boolean;
}

export interface TradesFile extends TradesVariant {
  /** Good rows; with `badOnly` bad ones. The bad rows of `badEvery` come on top: what is left without them is the clean file. */
  readonly rows: number;
  readonly seed: number;
  /** So many times the same rows, for sizes that would take long to make. */
  readonly repeat?: number;
}

export interface WrittenTrades {
  readonly bytes: number;
  /** Rows that must be refused. */
  readonly bad: number;
}

const CHUNK_BYTES = 4 * 1024 * 1024;
/** No row of any format is longer. */
const ROW_BYTES = 2048;

class ChunkedFile {
  readonly out = Buffer.allocUnsafe(CHUNK_BYTES);
  at = 0;
  private written = 0;
  private readonly file: number;

  constructor(path: string) {
    this.file = openSync(path, 'w');
  }

  get offset(): number {
    return this.written + this.at;
  }

  /** Room for one more row. */
  makeRoom(): void {
    if (this.at + ROW_BYTES > CHUNK_BYTES) this.flush();
  }

  put(bytes: Buffer): void {
    this.makeRoom();
    bytes.copy(this.out, this.at);
    this.at += bytes.length;
  }

  close(): number {
    this.flush();
    closeSync(this.file);
    return this.written;
  }

  private flush(): void {
    for (let from = 0; from < this.at;) from += writeSync(this.file, this.out, from, this.at - from);
    this.written += this.at;
    this.at = 0;
  }
}

class TradesWriter {
  private readonly file: ChunkedFile;
  private readonly truth: ChunkedFile | null;
  private readonly fields: TradeFields;
  private readonly frame: RowFrame;
  private readonly scratch = Buffer.alloc(ROW_BYTES);
  private line = 1;
  private bad = 0;

  constructor(path: string, truthPath: string | null, variant: TradesVariant, style: TradeStyle) {
    this.file = new ChunkedFile(path);
    this.truth = truthPath === null ? null : new ChunkedFile(truthPath);
    this.fields = new TradeFields(style);
    this.frame = rowFrame(variant.format, { lineEnd: variant.crlf === true ? '\r\n' : '\n', quoteAll: variant.quoteAll ?? false });
    this.file.put(this.frame.head);
    this.line += 1;
  }

  good(number: number): void {
    const { file, frame, fields } = this;
    file.makeRoom();
    fields.draw(number);
    const { out } = file;
    let at = copy(frame.open, out, file.at);
    for (let place = 0; place < frame.fields.length; place += 1) {
      const { open, close, absent } = frame.fields[place] as RowFrame['fields'][number];
      const from = copy(open, out, at);
      const to = fields.write(place, out, from);
      at = to === from ? copy(absent, out, at) : copy(close, out, to);
    }
    file.at = copy(frame.close, out, at);
    this.line += 1;
  }

  /** The nth bad row; each is of the next kind, so all of them come in turn. */
  badRow(number: number, nth: number): void {
    const kind = BAD_KINDS[nth % BAD_KINDS.length] as (typeof BAD_KINDS)[number];
    for (const { bytes, codes } of kind.lines(this.texts(number))) {
      const { offset } = this.file;
      this.file.put(bytes);
      this.file.put(this.frame.close);
      this.truth?.put(Buffer.from(truthLine({ line: this.line, byteOffset: offset, raw: bytes, codes })));
      this.line += 1;
      this.bad += 1;
    }
  }

  close(): WrittenTrades {
    this.file.put(this.frame.foot);
    this.truth?.close();
    return { bytes: this.file.close(), bad: this.bad };
  }

  private texts(number: number): readonly string[] {
    this.fields.draw(number);
    return TRADES_COLUMNS.map((_, place) => this.scratch.toString('utf8', 0, this.fields.write(place, this.scratch, 0)));
  }
}

function copy(bytes: Buffer, out: Buffer, at: number): number {
  for (let index = 0; index < bytes.length; index += 1) out[at + index] = bytes[index] as number;
  return at + bytes.length;
}

/** Writes the file and, where `truthPath` is not null, the truth about its bad rows. */
export function writeTrades(path: string, truthPath: string | null, options: TradesFile): WrittenTrades {
  const { rows, seed, badEvery = 0, badOnly = false, repeat = 1, format } = options;
  const { mixedTimestamps = false, quotedNewlines = false, distinct = false } = options;
  if (badEvery > 0 && (format !== 'csv' || options.crlf === true || options.quoteAll === true || quotedNewlines)) {
    throw new RangeError('bad rows are known for plain CSV only');
  }
  const writer = new TradesWriter(path, truthPath, options, { seed, mixedTimestamps, quotedNewlines, distinct });
  let nth = 0;
  for (let time = 0; time < repeat; time += 1) {
    for (let row = 0; row < rows; row += 1) {
      if (!badOnly) writer.good(row);
      if (badEvery > 0 && row % badEvery === badEvery - 1) {
        writer.badRow(rows + row, nth);
        nth += 1;
      }
    }
  }
  return writer.close();
}

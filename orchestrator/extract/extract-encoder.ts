/** Rows of an extract as the bytes of its file, written to a local path as they come: memory holds one batch. */
import { createHash, type Hash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { ParquetWriter } from '../../core/engine/parquet/parquet-writer.ts';
import type { WarehouseColumn, WarehouseRow, WarehouseRows } from '../../core/ports/warehouse-reader.ts';
import { csvHeader, csvPrinter } from '../../core/warehouse/csv-rows.ts';
import type { ExtractFormat } from './extract-format.ts';
import { openJsonPrinter } from './json-rows.ts';

const GZIP_LEVEL = 4;

export interface EncodedExtract {
  readonly rows: number;
  /** Of the bytes before compression; of a Parquet file the file's own. */
  readonly uncompressed_bytes: number;
  readonly uncompressed_sha256: string;
  /** Of the rows as JSON lines without extracted_at: says whether two extracts of a date tell the same. */
  readonly content_sha256: string;
}

export async function encodeExtract(path: string, format: ExtractFormat, rows: WarehouseRows, asOf: string): Promise<EncodedExtract> {
  const content = createHash('sha256');
  return format === 'parquet'
    ? encodeParquet(path, rows, asOf, content)
    : encodeText(path, textEncoder(format, rows.columns, asOf), rows, content);
}

/** One batch of a text file: `json` are the rows as JSON lines without their closing brace, `firstIndex` is the number of rows before. */
interface TextEncoder {
  readonly head: string;
  readonly tail: string;
  batch(rows: readonly WarehouseRow[], json: Buffer, firstIndex: number): Buffer;
}

function textEncoder(format: Exclude<ExtractFormat, 'parquet'>, columns: readonly WarehouseColumn[], asOf: string): TextEncoder {
  const closing = `,"extracted_at":${JSON.stringify(asOf)}}`;
  switch (format) {
    case 'jsonl':
      return { head: '', tail: '', batch: (rows, json) => closeLines(json, rows.length, Buffer.from(`${closing}\n`)) };
    case 'json': {
      const between = Buffer.from(`${closing},\n`);
      return {
        head: '[\n',
        tail: ']\n',
        // The comma stands before a row, so that the last one needs to know nothing of what follows.
        batch: (rows, json, firstIndex) => {
          const closed = closeLines(json, rows.length, between);
          const whole = closed.subarray(0, closed.length - 2);
          return Buffer.concat([Buffer.from(firstIndex === 0 ? '' : ','), whole, Buffer.from('\n')]);
        },
      };
    }
    case 'csv': {
      const print = csvPrinter(columns);
      const names = [...columns.map((column) => column.name), 'extracted_at'];
      return { head: csvHeader(names), tail: '', batch: (rows) => Buffer.from(rows.map((row) => print(row, [asOf])).join('')) };
    }
  }
}

/** Puts `closing` in the place of every line end; JSON holds no other. */
function closeLines(lines: Buffer, count: number, closing: Buffer): Buffer {
  const closed = Buffer.allocUnsafe(lines.length + count * (closing.length - 1));
  let from = 0;
  let to = 0;
  while (from < lines.length) {
    const end = lines.indexOf(10, from);
    to += lines.copy(closed, to, from, end);
    to += closing.copy(closed, to);
    from = end + 1;
  }
  return closed;
}

async function encodeText(path: string, encoder: TextEncoder, rows: WarehouseRows, content: Hash): Promise<EncodedExtract> {
  const whole = createHash('sha256');
  const print = openJsonPrinter(rows.columns);
  const counted = { rows: 0, bytes: 0 };
  const emit = (bytes: Buffer): Buffer => {
    whole.update(bytes);
    counted.bytes += bytes.length;
    return bytes;
  };
  async function* texts(): AsyncGenerator<Buffer> {
    if (encoder.head !== '') yield emit(Buffer.from(encoder.head));
    for await (const batch of rows.batches) {
      let text = '';
      for (const row of batch) text += `${print(row)}\n`;
      const json = Buffer.from(text);
      content.update(json);
      yield emit(encoder.batch(batch, json, counted.rows));
      counted.rows += batch.length;
    }
    if (encoder.tail !== '') yield emit(Buffer.from(encoder.tail));
  }
  await pipeline(texts(), createGzip({ level: GZIP_LEVEL }), createWriteStream(path));
  return {
    rows: counted.rows,
    uncompressed_bytes: counted.bytes,
    uncompressed_sha256: whole.digest('hex'),
    content_sha256: content.digest('hex'),
  };
}

async function encodeParquet(path: string, rows: WarehouseRows, asOf: string, content: Hash): Promise<EncodedExtract> {
  const columns: WarehouseColumn[] = [...rows.columns, { name: 'extracted_at', type: { kind: 'STRING' }, repeated: false }];
  const writer = new ParquetWriter(path, columns);
  const print = openJsonPrinter(rows.columns);
  try {
    for await (const batch of rows.batches) {
      for (const row of batch) {
        content.update(print(row)).update('\n');
        writer.append([...row, asOf]);
      }
    }
    const { rows: written, bytes } = writer.finish();
    return { rows: written, uncompressed_bytes: bytes, uncompressed_sha256: '', content_sha256: content.digest('hex') };
  } finally {
    writer.close();
  }
}

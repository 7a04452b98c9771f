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

interface TextEncoder {
  readonly head: string;
  readonly tail: string;
  line(row: WarehouseRow, json: string, index: number): string;
}

function textEncoder(format: Exclude<ExtractFormat, 'parquet'>, columns: readonly WarehouseColumn[], asOf: string): TextEncoder {
  const closing = `,"extracted_at":${JSON.stringify(asOf)}}`;
  switch (format) {
    case 'jsonl':
      return { head: '', tail: '', line: (_row, json) => `${json}${closing}\n` };
    case 'json':
      return { head: '[', tail: '\n]\n', line: (_row, json, index) => `${index === 0 ? '' : ','}\n${json}${closing}` };
    case 'csv': {
      const print = csvPrinter(columns);
      const names = [...columns.map((column) => column.name), 'extracted_at'];
      return { head: csvHeader(names), tail: '', line: (row) => print(row, [asOf]) };
    }
  }
}

async function encodeText(path: string, encoder: TextEncoder, rows: WarehouseRows, content: Hash): Promise<EncodedExtract> {
  const whole = createHash('sha256');
  const print = openJsonPrinter(rows.columns);
  const counted = { rows: 0, bytes: 0 };
  const emit = (text: string): Buffer => {
    const bytes = Buffer.from(text);
    whole.update(bytes);
    counted.bytes += bytes.length;
    return bytes;
  };
  async function* texts(): AsyncGenerator<Buffer> {
    if (encoder.head !== '') yield emit(encoder.head);
    for await (const batch of rows.batches) {
      const jsons = batch.map(print);
      content.update(jsons.join('\n')).update('\n');
      yield emit(batch.map((row, index) => encoder.line(row, jsons[index] ?? '', counted.rows + index)).join(''));
      counted.rows += batch.length;
    }
    if (encoder.tail !== '') yield emit(encoder.tail);
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

/**
 * The bytes of a part: rows of the envelope that a BigQuery subscription writes, as Parquet, or as lines of JSON for BigQuery, whose load jobs take a JSON
 * column from no Parquet file. The same rows give the same bytes.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ParquetWriter } from '../../core/engine/parquet/parquet-writer.ts';
import type { ParquetColumn } from '../../core/engine/parquet/parquet-schema.ts';
import type { Delivery } from './delivery.ts';

export type PartFormat = 'parquet' | 'jsonl';

/** Where BigQuery's own subscription has a JSON column, Parquet has the text with that logical type. */
const COLUMNS: readonly ParquetColumn[] = [
  { name: 'subscription_name', type: { kind: 'STRING' }, repeated: false },
  { name: 'message_id', type: { kind: 'STRING' }, repeated: false },
  { name: 'publish_time', type: { kind: 'TIMESTAMP' }, repeated: false },
  { name: 'data', type: { kind: 'BYTES' }, repeated: false },
  { name: 'attributes', type: { kind: 'JSON' }, repeated: false },
];

/** `scratch`: a folder for a file of a moment. */
export async function partBytes(rows: readonly Delivery[], format: PartFormat, scratch: string): Promise<Buffer> {
  return format === 'parquet' ? await parquetBytes(rows, scratch) : jsonLines(rows);
}

async function parquetBytes(rows: readonly Delivery[], scratch: string): Promise<Buffer> {
  const folder = await mkdtemp(join(scratch, 'part-'));
  try {
    const path = join(folder, 'part.parquet');
    const writer = new ParquetWriter(path, COLUMNS);
    try {
      for (const row of rows) {
        const { messageId, publishTime, data } = row.message;
        writer.append([row.subscription, messageId, microseconds(publishTime), data, attributesText(row)]);
      }
      writer.finish();
    } finally {
      writer.close();
    }
    return await readFile(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function jsonLines(rows: readonly Delivery[]): Buffer {
  const lines = rows.map((row) => {
    const { messageId, publishTime, data } = row.message;
    const bytes = Buffer.from(data.buffer, data.byteOffset, data.length).toString('base64');
    const front = JSON.stringify({ subscription_name: row.subscription, message_id: messageId, publish_time: publishTime, data: bytes });
    return `${front.slice(0, -1)},"attributes":${attributesText(row)}}\n`;
  });
  return Buffer.from(lines.join(''));
}

function attributesText({ message, place }: Delivery): string {
  const attributes = place === null ? { ...message.attributes, reason: 'unplaced' } : message.attributes;
  return JSON.stringify(Object.fromEntries(Object.entries(attributes).toSorted(([left], [right]) => (left < right ? -1 : 1))));
}

/** Of ISO 8601 UTC with 6 digits, exactly. */
function microseconds(time: string): bigint {
  return BigInt(Date.parse(`${time.slice(0, 19)}Z`)) * 1000n + BigInt(time.slice(20, 26));
}

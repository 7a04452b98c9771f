/**
 * The emulator takes `key=value` in the name of a Parquet object for columns of the table (DuckDB's reading of partitions); BigQuery does so only
 * where it is asked to. Such an object gets a second name here, without them.
 */
import { createHash } from 'node:crypto';
import { link, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const FOLDER = 'plain-names';
const URI = /gs:\/\/([^"]*=[^"]*)\.parquet/g;

/** The body of a load job with the plain names of its objects; `gcsFolder` holds <bucket>/<name>. */
export async function withPlainUris(body: string, gcsFolder: string): Promise<string> {
  const plain = new Map<string, string>();
  for (const [, name = ''] of body.matchAll(URI)) {
    const short = `${createHash('sha256').update(name).digest('hex')}.parquet`;
    await mkdir(join(gcsFolder, FOLDER), { recursive: true });
    await link(join(gcsFolder, `${name}.parquet`), join(gcsFolder, FOLDER, short)).catch((error: unknown) => {
      // The job was sent before, or its object is missing: then the emulator says so.
      if (!isCode(error, 'EEXIST') && !isCode(error, 'ENOENT')) throw error;
    });
    plain.set(name, short);
  }
  return body.replace(URI, (_whole, name: string) => `gs://${FOLDER}/${plain.get(name) ?? ''}`);
}

const LINES_URI = /gs:\/\/([^"]*)\.jsonl/g;
const DATA = /"data":"([A-Za-z0-9+/=]*)"/;

/**
 * BigQuery reads base64 into BYTES from lines of JSON; the emulator keeps the letters. Lines with a member `data` get a copy in which it is text, as the
 * emulator reads it: for columns of that name only, and for bytes that are UTF-8.
 */
export async function withDecodedBytes(body: string, gcsFolder: string): Promise<string> {
  const copies = new Map<string, string>();
  for (const [, name = ''] of body.matchAll(LINES_URI)) {
    const text = await readFile(join(gcsFolder, `${name}.jsonl`), 'utf8').catch(() => '');
    if (!DATA.test(text)) continue;
    const copy = `${createHash('sha256').update(name).digest('hex')}.jsonl`;
    await mkdir(join(gcsFolder, FOLDER), { recursive: true });
    await writeFile(join(gcsFolder, FOLDER, copy), text.split('\n').map(decoded).join('\n'));
    copies.set(name, copy);
  }
  return body.replace(LINES_URI, (whole, name: string) => (copies.has(name) ? `gs://${FOLDER}/${copies.get(name) ?? ''}` : whole));
}

function decoded(line: string): string {
  return line.replace(DATA, (_whole, base64: string) => `"data":${JSON.stringify(Buffer.from(base64, 'base64').toString('utf8'))}`);
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

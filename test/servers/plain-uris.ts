/**
 * The emulator takes `key=value` in the name of a Parquet object for columns of the table (DuckDB's reading of partitions); BigQuery does so only
 * where it is asked to. Such an object gets a second name here, without them.
 */
import { createHash } from 'node:crypto';
import { link, mkdir } from 'node:fs/promises';
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

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

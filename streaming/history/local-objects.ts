/** Objects as files of this machine: where the store keeps them as such, those; else copies below a scratch folder, in the same folders. */
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readFile, stat } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import type { HistoryObject } from '../../core/stream/history-manifest.ts';

export async function localFiles(store: ObjectStore, names: readonly string[], scratch: string): Promise<readonly string[]> {
  const paths: string[] = [];
  for (const name of names) {
    const own = store.localPath(name);
    const path = own ?? join(scratch, 'objects', name);
    if (own === undefined) {
      await mkdir(dirname(path), { recursive: true });
      await pipeline(await store.readStream(name), createWriteStream(path));
    }
    paths.push(path);
  }
  return paths;
}

/** Key: the name. Nothing names it before a manifest does, so that a write that was broken off is simply done again. */
export async function storeFile(store: ObjectStore, object: string, path: string, day: string, rows: number): Promise<HistoryObject> {
  const hash = createHash('sha256').update(await readFile(path));
  await store.write(object, createReadStream(path), { overwrite: true });
  return { object, day, rows, bytes: (await stat(path)).size, sha256: hash.digest('hex') };
}

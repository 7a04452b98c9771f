/**
 * The readers' copy of the warehouse: made after a good build, swapped in whole. The copy shares its blocks with the original where the
 * file system can (reflink). A reader that has the old one open keeps reading it.
 */
import { constants } from 'node:fs';
import { copyFile, open, rename, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { MarketsError } from '../../core/errors/markets-error.ts';
import { WAREHOUSE_FILE } from './project/profile.ts';

export function snapshotPath(rootFolder: string): string {
  return join(rootFolder, 'warehouse', 'snapshot.duckdb');
}

export function warehousePath(rootFolder: string): string {
  return join(rootFolder, 'warehouse', WAREHOUSE_FILE);
}

/** Idempotent. Nobody may have the warehouse open for writing. Gives the size in bytes. */
export async function swapSnapshot(rootFolder: string): Promise<number> {
  const from = warehousePath(rootFolder);
  const to = snapshotPath(rootFolder);
  const log = await stat(`${from}.wal`).catch(() => null);
  if (log !== null && log.size > 0) {
    throw new MarketsError('DBT_WORKER', 'The warehouse was not closed whole: it still has a write-ahead log.', { found: `${from}.wal` });
  }
  await copyFile(from, `${to}.part`, constants.COPYFILE_FICLONE);
  await sync(`${to}.part`);
  await rename(`${to}.part`, to);
  await sync(dirname(to));
  return (await stat(to)).size;
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

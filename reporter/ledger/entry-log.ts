/** Where an instance's entries are put down: one file with fdatasync, or an object for each batch. */
import { open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { mkdir } from 'node:fs/promises';
import { MarketsError } from '../../core/errors/markets-error.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { createIfAbsent } from '../../core/stream/stored-json.ts';
import { logName, segmentName } from '../../core/reports/object-names.ts';

export interface EntryLog {
  /** Resolves when the lines are durable. `seq` is that of the first. After a failure nothing may be written any more. */
  write(seq: number, lines: Buffer): Promise<void>;
  close(): Promise<void>;
}

/** Resolves when the log is there, empty. STORE_EXISTS where another has the name. */
export async function openEntryLog(store: ObjectStore, instance: string): Promise<EntryLog> {
  const path = store.localPath(logName(instance));
  return path === undefined ? segmentLog(store, instance) : await fileLog(path);
}

/** Whether the entries of the store lie in files that are appended to. */
export function hasLogFiles(store: ObjectStore, instance: string): boolean {
  return store.localPath(logName(instance)) !== undefined;
}

async function fileLog(path: string): Promise<EntryLog> {
  const made = await mkdir(dirname(path), { recursive: true });
  let file: FileHandle;
  try {
    file = await open(path, 'ax', 0o644);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') throw taken(path, error);
    throw error;
  }
  // The name of a new file, and of each folder that was made for it, is on the disk only when the folder above is.
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    await syncFolder(folder);
    if (made === undefined || folder === dirname(made) || folder === dirname(folder)) break;
  }
  return {
    async write(_seq, lines) {
      for (let written = 0; written < lines.length;) {
        written += (await file.write(lines, written, lines.length - written)).bytesWritten;
      }
      await file.datasync();
    },
    close: async () => await file.close(),
  };
}

/** Key of a segment: instance and seq. A write whose answer was lost is known again by its bytes. */
function segmentLog(store: ObjectStore, instance: string): EntryLog {
  return {
    async write(seq, lines) {
      const name = segmentName(instance, seq);
      if (await createIfAbsent(store, name, lines)) return;
      if (!lines.equals(await store.read(name))) throw taken(name, undefined);
    },
    close: async () => await Promise.resolve(),
  };
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function taken(name: string, cause: unknown): MarketsError {
  return new MarketsError('STORE_EXISTS', 'Another process writes the ledger of this instance.', {
    cause,
    expected: 'an instance of its own for each start',
    found: name,
  });
}

/** Finds a record by its physical line in the staged parts of a load. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ParquetFile } from '../../core/engine/parquet/parquet-reader.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';

export interface StagedRecord {
  readonly part: string;
  readonly record: number;
  readonly line: number | null;
  readonly byte_offset: number;
  readonly byte_length: number;
}

/** The last staged record that starts at or before the line: the one that holds it where records span lines. */
export async function recordAtLine(store: ObjectStore, parts: readonly string[], line: number): Promise<StagedRecord | null> {
  return await findInParts(store, parts, (records) => {
    let best: Omit<StagedRecord, 'part'> | null = null;
    for (const record of records) if (record.line !== null && record.line <= line && record.line >= (best?.line ?? 0)) best = record;
    return best;
  });
}

export async function recordByNumber(store: ObjectStore, parts: readonly string[], number: number): Promise<StagedRecord | null> {
  return await findInParts(store, parts, (records) => {
    for (const record of records) if (record.record === number) return record;
    return null;
  });
}

async function findInParts(
  store: ObjectStore,
  parts: readonly string[],
  find: (records: Iterable<Omit<StagedRecord, 'part'>>) => Omit<StagedRecord, 'part'> | null,
): Promise<StagedRecord | null> {
  for (const part of parts) {
    const found = await withLocalFile(store, part, (path) => find(recordsOf(path)));
    if (found !== null) return { part, ...found };
  }
  return null;
}

function* recordsOf(path: string): Generator<Omit<StagedRecord, 'part'>> {
  const file = new ParquetFile(path);
  try {
    const columns = ['_record', '_line', '_byte_offset', '_byte_length'].map((name) => valuesOf(file, name));
    for (;;) {
      const [record, line, offset, length] = columns.map((values) => values.next().value ?? null);
      if (record === null || record === undefined) return;
      yield { record, line: line ?? null, byte_offset: offset ?? 0, byte_length: length ?? 0 };
    }
  } finally {
    file.close();
  }
}

/** The column's values, null for NULL. */
function* valuesOf(file: ParquetFile, column: string): Generator<number | null, void, undefined> {
  for (const page of file.integers(column)) for (const value of page) yield Number.isNaN(value) ? null : value;
}

async function withLocalFile<T>(store: ObjectStore, name: string, work: (path: string) => T): Promise<T> {
  const local = store.localPath(name);
  if (local !== undefined) return work(local);
  const folder = await mkdtemp(join(tmpdir(), 'markets-trace-'));
  try {
    await writeFile(join(folder, 'part'), await store.readStream(name));
    return work(join(folder, 'part'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

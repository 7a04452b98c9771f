/** The books' changes on the disk, a line each, durable before they are told; many that come together are written at once. */
import { open, readFile, type FileHandle } from 'node:fs/promises';
import type { BookChange } from './books.ts';

export interface Journal {
  /** What was written before. */
  readonly before: readonly BookChange[];
  add(change: BookChange): void;
  /** Resolves when everything added so far is durable. */
  flushed(): Promise<void>;
  close(): Promise<void>;
}

export const NO_JOURNAL: Journal = {
  before: [],
  add: () => undefined,
  flushed: async () => await Promise.resolve(),
  close: async () => await Promise.resolve(),
};

const LINE_END = 0x0a;

/** A last line without an end was never told to anybody, and is cut off. */
export async function openJournal(path: string): Promise<Journal> {
  const file = await open(path, 'a+');
  const bytes = await readFile(path);
  const whole = bytes.lastIndexOf(LINE_END) + 1;
  if (whole < bytes.length) await file.truncate(whole);
  const lines = bytes.subarray(0, whole).toString('utf8').split('\n').slice(0, -1);
  return writing(
    file,
    lines.map((line) => JSON.parse(line) as BookChange),
  );
}

function writing(file: FileHandle, before: readonly BookChange[]): Journal {
  let lines: string[] = [];
  let underWay: Promise<void> | null = null;

  async function write(): Promise<void> {
    while (lines.length > 0) {
      const batch = lines;
      lines = [];
      await file.appendFile(batch.join(''));
      await file.datasync();
    }
    underWay = null;
  }

  const flushed = async (): Promise<void> => {
    // What is added while a batch is being written is in the next one, which the same promise covers.
    if (lines.length > 0) underWay ??= write();
    await underWay;
  };
  return {
    before,
    add: (change) => lines.push(`${JSON.stringify(change)}\n`),
    flushed,
    async close() {
      await flushed();
      await file.close();
    },
  };
}

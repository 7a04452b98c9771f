/** The entries of a ledger behind those that are known, without looking at these again: the next segment by its name, or the rest of the file. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { isMarketsError, MarketsError } from '../errors/markets-error.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { AnyEntry } from './entry.ts';
import { readEntryLine } from './entry-line.ts';
import { logName, segmentName } from './object-names.ts';

/** How far a ledger is known. */
export interface LedgerPosition {
  readonly seq: number;
  /** hash of that entry; '' before the first. */
  readonly hash: string;
  /** Of the file up to and with that entry; 0 where entries lie in segments. */
  readonly bytes: number;
}

export const LEDGER_BEGINNING: LedgerPosition = { seq: 0, hash: '', bytes: 0 };

/** Each with the position behind it. LEDGER_DAMAGED where an entry does not follow the one before it. */
export async function* readOn(
  store: ObjectStore,
  instance: string,
  after: LedgerPosition,
): AsyncGenerator<{ readonly entry: AnyEntry; readonly position: LedgerPosition }> {
  const path = store.localPath(logName(instance));
  let position = after;
  const lines = path === undefined ? segmentLines(store, instance, () => position.seq) : fileLines(path, after.bytes);
  for await (const line of lines) {
    const entry = readEntryLine(line.toString('utf8'));
    if ('fault' in entry) throw damaged(instance, position.seq + 1, entry.fault);
    if (entry.instance !== instance || entry.seq !== position.seq + 1 || entry.prev_hash !== position.hash) {
      throw damaged(instance, position.seq + 1, `entry ${entry.seq} of ${entry.instance} behind ${entry.prev_hash}`);
    }
    position = { seq: entry.seq, hash: entry.hash, bytes: path === undefined ? 0 : position.bytes + line.length + 1 };
    yield { entry, position };
  }
}

const LF = 10;

async function* segmentLines(store: ObjectStore, instance: string, seq: () => number): AsyncGenerator<Buffer> {
  for (;;) {
    const bytes = await segmentIfThere(store, segmentName(instance, seq() + 1));
    if (bytes === null || bytes.length === 0) return;
    yield* wholeLines(bytes);
  }
}

async function segmentIfThere(store: ObjectStore, name: string): Promise<Buffer | null> {
  try {
    return await store.read(name);
  } catch (error) {
    if (isMarketsError(error, 'STORE_NOT_FOUND')) return null;
    throw error;
  }
}

async function* fileLines(path: string, from: number): AsyncGenerator<Buffer> {
  let size: number;
  try {
    ({ size } = await stat(path));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return;
    throw error;
  }
  if (size <= from) return;
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of createReadStream(path, { start: from, end: size - 1 }) as AsyncIterable<Buffer>) {
    const bytes: Buffer = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const end = bytes.lastIndexOf(LF) + 1;
    yield* wholeLines(bytes.subarray(0, end));
    rest = bytes.subarray(end);
  }
}

/** What lies behind the last line end is no entry yet. */
function* wholeLines(bytes: Buffer): Generator<Buffer> {
  let from = 0;
  for (let end = bytes.indexOf(LF); end >= 0; end = bytes.indexOf(LF, from)) {
    yield bytes.subarray(from, end);
    from = end + 1;
  }
}

function damaged(instance: string, seq: number, found: string): MarketsError {
  return new MarketsError('LEDGER_DAMAGED', 'A ledger of the reporter does not verify.', {
    expected: `entry ${seq} of ${instance} behind the ones that are known`,
    found,
    next: 'Run `markets reporter verify`, and restore the object from the copy of the bucket.',
  });
}

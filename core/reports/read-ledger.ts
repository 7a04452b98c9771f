/**
 * The entries of one ledger in order, from its file or its segments. Nothing is held in memory but the group that is read. What an instance was writing when it
 * died is no entry: bytes of a file behind its last line end.
 */
import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { MarketsError } from '../errors/markets-error.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { AnyEntry } from './entry.ts';
import { ENTRY_BYTES_MAX, readEntryLine } from './entry-line.ts';
import { ledgerPrefix, LEDGERS, readLedgerName } from './object-names.ts';

export interface EntryPlace {
  readonly object: string;
  /** 1-based. */
  readonly line: number;
}

export type WalkedLine =
  | { readonly entry: AnyEntry; readonly place: EntryPlace }
  /** A line that is no entry, or does not follow the one before it. */
  | { readonly fault: { readonly expected: string; readonly found: string }; readonly place: EntryPlace }
  /** Behind the last line end of a file. */
  | { readonly tornBytes: number; readonly place: EntryPlace };

const LF = 10;

/** Instances that have a ledger, in the order of their names: by their start. */
export async function* ledgerInstances(store: ObjectStore): AsyncGenerator<string> {
  let last = '';
  for await (const { name } of store.list(LEDGERS)) {
    const instance = readLedgerName(name)?.instance;
    if (instance === undefined || instance === last) continue;
    last = instance;
    yield instance;
  }
}

/** Every line of the ledger, good or bad. After a bad one the next good one is taken as it is. */
export async function* walkLedger(store: ObjectStore, instance: string): AsyncGenerator<WalkedLine> {
  const chain = new ChainWalk(instance);
  for await (const { name } of store.list(ledgerPrefix(instance))) {
    const known = readLedgerName(name);
    if (known === undefined) {
      yield { fault: { expected: 'a log or a segment', found: 'another name' }, place: { object: name, line: 0 } };
      continue;
    }
    let line = 0;
    for await (const { bytes, isWhole } of linesOf(store, name)) {
      line += 1;
      const place = { object: name, line };
      if (!isWhole && known.seq === null) yield { tornBytes: bytes.length, place };
      else yield { ...chain.take(bytes, isWhole, line === 1 ? known.seq : null), place };
    }
    if (line === 0 && known.seq !== null)
      yield { fault: { expected: 'entries', found: 'an empty segment' }, place: { object: name, line: 0 } };
  }
}

/** How a ledger ends. */
export interface LedgerEnd {
  readonly count: number;
  readonly headHash: string;
  readonly tornBytes: number;
}

/**
 * The entries up to `countMax`, all without it. Throws LEDGER_DAMAGED at the first line that does not fit, and where there are fewer than `countMin`.
 * The last item tells the end.
 */
export async function* readLedger(
  store: ObjectStore,
  instance: string,
  { countMin = 0, countMax = Infinity }: { readonly countMin?: number; readonly countMax?: number } = {},
): AsyncGenerator<AnyEntry, LedgerEnd> {
  let [count, headHash, tornBytes] = [0, '', 0];
  for await (const walked of walkLedger(store, instance)) {
    if (count >= countMax) break;
    if ('tornBytes' in walked) {
      tornBytes = walked.tornBytes;
      continue;
    }
    if ('fault' in walked) throw damaged(walked.place, walked.fault.expected, walked.fault.found);
    count = walked.entry.seq;
    headHash = walked.entry.hash;
    yield walked.entry;
  }
  if (count < countMin)
    throw damaged({ object: ledgerPrefix(instance), line: count }, `${countMin} entries, as its anchor says`, `${count}`);
  return { count, headHash, tornBytes };
}

class ChainWalk {
  private readonly instance: string;
  /** null behind a line that is no entry. */
  private next: { readonly seq: number; readonly prevHash: string } | null = { seq: 1, prevHash: '' };

  constructor(instance: string) {
    this.instance = instance;
  }

  /** `named` is the seq in the name of the segment, for its first line. */
  take(bytes: Buffer, isWhole: boolean, named: number | null): { entry: AnyEntry } | { fault: { expected: string; found: string } } {
    const read = isWhole && isUtf8(bytes) ? readEntryLine(bytes.toString('utf8')) : { fault: isWhole ? 'no UTF-8' : 'no line end' };
    const { next } = this;
    if ('fault' in read) {
      this.next = null;
      return { fault: { expected: next === null ? 'an entry' : `entry ${next.seq}`, found: read.fault } };
    }
    this.next = { seq: read.seq + 1, prevHash: read.hash };
    const fault = this.misplaced(read, next, named);
    return fault === null ? { entry: read } : { fault };
  }

  private misplaced(
    entry: AnyEntry,
    next: { readonly seq: number; readonly prevHash: string } | null,
    named: number | null,
  ): { expected: string; found: string } | null {
    if (entry.instance !== this.instance) return { expected: `an entry of ${this.instance}`, found: `one of ${entry.instance}` };
    if (named !== null && named !== entry.seq) return { expected: `entry ${named}, as the name says`, found: `entry ${entry.seq}` };
    if (next === null) return null;
    if (entry.seq !== next.seq) return { expected: `entry ${next.seq}`, found: `entry ${entry.seq}` };
    if (entry.prev_hash !== next.prevHash)
      return { expected: `an entry behind ${next.prevHash || 'none'}`, found: `one behind ${entry.prev_hash || 'none'}` };
    return null;
  }
}

async function* linesOf(store: ObjectStore, name: string): AsyncGenerator<{ readonly bytes: Buffer; readonly isWhole: boolean }> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of await chunksOf(store, name)) {
    const bytes: Buffer = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let from = 0;
    for (let end = bytes.indexOf(LF); end >= 0; end = bytes.indexOf(LF, from)) {
      yield { bytes: bytes.subarray(from, end), isWhole: true };
      from = end + 1;
    }
    rest = bytes.subarray(from);
    if (rest.length > ENTRY_BYTES_MAX * 2) {
      throw damaged({ object: name, line: 0 }, `lines of at most ${ENTRY_BYTES_MAX * 2} bytes`, 'a longer one');
    }
  }
  if (rest.length > 0) yield { bytes: rest, isWhole: false };
}

/** A file that is being appended to is read as far as it goes now; the store itself would refuse it as changed. */
async function chunksOf(store: ObjectStore, name: string): Promise<AsyncIterable<Buffer>> {
  const path = readLedgerName(name)?.seq === null ? store.localPath(name) : undefined;
  if (path === undefined) return (await store.readStream(name)) as AsyncIterable<Buffer>;
  const { size } = await stat(path);
  return size === 0 ? nothing() : (createReadStream(path, { end: size - 1 }) as AsyncIterable<Buffer>);
}

async function* nothing(): AsyncGenerator<Buffer> {
  // An empty file has no chunk.
}

function damaged({ object, line }: EntryPlace, expected: string, found: string): MarketsError {
  return new MarketsError('LEDGER_DAMAGED', 'A ledger of the reporter does not verify.', {
    place: { file: object, line },
    expected,
    found,
    next: 'Run `markets reporter verify`, and restore the object from the copy of the bucket.',
  });
}

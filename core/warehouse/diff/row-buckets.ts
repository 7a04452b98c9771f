/**
 * The rows of one side of a table as pairs of digests on disk, in buckets by key: what two sides hold can then be compared one bucket after another,
 * whatever order their rows came in and however many there are.
 */
import { createHash } from 'node:crypto';
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const DIGEST_BYTES = 16;
const PAIR_BYTES = 2 * DIGEST_BYTES;
/** Pairs that wait in memory for one bucket. */
const WAITING_MAX = 512;
const BUCKETS_MAX = 256;
/** Pairs of one bucket: as many are in memory twice while it is compared. */
const BUCKET_PAIRS = 200_000;

export interface RowBuckets {
  readonly rows: number;
  add(key: string, row: string): void;
  /** Key digest -> sorted row digests of one bucket. */
  read(bucket: number): ReadonlyMap<string, readonly string[]>;
  close(): void;
}

/** Enough buckets for so many rows; above BUCKETS_MAX of them a bucket holds more than BUCKET_PAIRS. */
export function bucketCount(rows: number): number {
  return Math.min(BUCKETS_MAX, Math.max(1, Math.ceil(rows / BUCKET_PAIRS)));
}

export function keyDigest(key: string): string {
  return digest(key).toString('latin1');
}

/** Writes below `folder`, which is the caller's to remove. */
export function createRowBuckets(folder: string, count: number): RowBuckets {
  const files = Array.from({ length: count }, (_, index) => openSync(join(folder, String(index)), 'w'));
  const waiting = files.map(() => [] as Buffer[]);
  let rows = 0;
  const flush = (bucket: number): void => {
    const pairs = waiting[bucket] ?? [];
    if (pairs.length > 0) writeSync(files[bucket] ?? -1, Buffer.concat(pairs));
    waiting[bucket] = [];
  };
  return {
    get rows() {
      return rows;
    },
    add(key, row) {
      rows += 1;
      const keyed = digest(key);
      const bucket = keyed.readUInt32LE(0) % count;
      const pairs = waiting[bucket] ?? [];
      pairs.push(Buffer.concat([keyed, digest(row)]));
      if (pairs.length >= WAITING_MAX) flush(bucket);
    },
    read(bucket) {
      flush(bucket);
      return pairsOf(readFileSync(join(folder, String(bucket))));
    },
    close() {
      files.forEach((file) => {
        closeSync(file);
      });
    },
  };
}

function pairsOf(bytes: Buffer): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (let start = 0; start < bytes.length; start += PAIR_BYTES) {
    const key = bytes.toString('latin1', start, start + DIGEST_BYTES);
    const row = bytes.toString('latin1', start + DIGEST_BYTES, start + PAIR_BYTES);
    const rows = found.get(key);
    if (rows === undefined) found.set(key, [row]);
    else rows.push(row);
  }
  for (const rows of found.values()) rows.sort();
  return found;
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest().subarray(0, DIGEST_BYTES);
}

/**
 * Files of trades, made once: they stay in a folder below the system's temporary folder, under a key that follows from the arguments and
 * from the text of what makes them. removeCachedTrades() takes them away.
 */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { createGzip } from 'node:zlib';
import { writeTrades, type TradesFile } from './write-trades.ts';

export interface CachedTrades {
  readonly path: string;
  /** null where the file has no bad rows. */
  readonly truthPath: string | null;
  readonly bytes: number;
}

const MAKERS = dirname(fileURLToPath(import.meta.url));
/** One for each checkout: removing its files takes none away that another one measures with. */
const FOLDER = join(tmpdir(), `markets-bench-data-${createHash('sha256').update(MAKERS).digest('hex').slice(0, 12)}`);
/** What is not whole yet: two programs may be making the same file. */
const PART = `.${process.pid}.part`;
const GZIP_LEVEL = 6;

/** What a member of a file of several holds, before compression. */
const MEMBER_BYTES = 32 * 1024 * 1024;

function keyOf(options: TradesFile): string {
  const key = createHash('sha256').update(JSON.stringify(Object.entries(options).toSorted(([a], [b]) => (a < b ? -1 : 1))));
  for (const name of readdirSync(MAKERS).filter((each) => /(?<!\.test)\.ts$/.test(each))) key.update(readFileSync(join(MAKERS, name)));
  return key.digest('hex').slice(0, 24);
}

/** The file of these arguments; written when it is not there, under another name until it is whole. */
export function cachedTrades(options: TradesFile): CachedTrades {
  mkdirSync(FOLDER, { recursive: true });
  const stem = join(FOLDER, keyOf(options));
  const path = `${stem}.${options.format}`;
  const truthPath = (options.badEvery ?? 0) > 0 ? `${stem}.truth` : null;
  if (!existsSync(path)) {
    writeTrades(path + PART, truthPath === null ? null : truthPath + PART, options);
    if (truthPath !== null) renameSync(truthPath + PART, truthPath);
    renameSync(path + PART, path);
  }
  return { path, truthPath, bytes: statSync(path).size };
}

/** The file compressed, in one member or in several; kept like the file itself. */
export async function cachedGzip(file: CachedTrades, members: 'one' | 'several'): Promise<CachedTrades> {
  const path = `${file.path}.${members}.gz`;
  if (!existsSync(path)) {
    const step = members === 'one' ? Math.max(file.bytes, 1) : MEMBER_BYTES;
    rmSync(path + PART, { force: true });
    for (let start = 0; start < file.bytes; start += step) {
      const source = createReadStream(file.path, { start, end: start + step - 1, highWaterMark: 1024 * 1024 });
      await pipeline(source, createGzip({ level: GZIP_LEVEL, chunkSize: 1024 * 1024 }), createWriteStream(path + PART, { flags: 'a' }));
    }
    renameSync(path + PART, path);
  }
  return { path, truthPath: null, bytes: statSync(path).size };
}

/** Not while this checkout measures. */
export function removeCachedTrades(): void {
  rmSync(FOLDER, { recursive: true, force: true });
}

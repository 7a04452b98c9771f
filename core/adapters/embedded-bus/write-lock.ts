/**
 * Who may append to a partition, among all processes of the machine: a lock of SQLite on an empty file. The system lets go of it when its holder
 * dies, however it dies, so that nothing has to be cleaned up and nobody is taken for dead who is only slow.
 */
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { MarketsError } from '../../errors/markets-error.ts';
import { LOCK_RETRY_MS, LOCK_WAIT_MS_MAX } from './limits.ts';

const SQLITE_BUSY = 5;

export interface WriteLock {
  /** Runs `work` as the only one. STREAM_UNAVAILABLE when others hold it for LOCK_WAIT_MS_MAX. */
  hold<T>(work: () => Promise<T>): Promise<T>;
  close(): void;
}

export function openWriteLock(path: string): WriteLock {
  const database = new DatabaseSync(path, { timeout: 0 });
  return {
    async hold(work) {
      await take(database, path);
      try {
        return await work();
      } finally {
        letGo(database);
      }
    },
    close: () => database.close(),
  };
}

async function take(database: DatabaseSync, path: string): Promise<void> {
  const untilMs = performance.now() + LOCK_WAIT_MS_MAX;
  while (!tryTake(database)) {
    if (performance.now() > untilMs) {
      throw new MarketsError('STREAM_UNAVAILABLE', 'Another process holds a partition of the embedded bus.', {
        found: `no turn for ${path} within ${LOCK_WAIT_MS_MAX} ms`,
        next: 'Look for a process that is stopped.',
      });
    }
    await wait(LOCK_RETRY_MS);
  }
}

function tryTake(database: DatabaseSync): boolean {
  return tryExec(database, 'BEGIN IMMEDIATE');
}

/** Nothing was written, so both ends are the same. A commit is the cheaper one, but fails while another process looks at the file to take the lock. */
function letGo(database: DatabaseSync): void {
  if (!tryExec(database, 'COMMIT')) database.exec('ROLLBACK');
}

/** False where another process is in the way. */
function tryExec(database: DatabaseSync, statement: string): boolean {
  try {
    database.exec(statement);
    return true;
  } catch (error) {
    if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY) return false;
    throw error;
  }
}

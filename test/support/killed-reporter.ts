/**
 * `markets reporter serve` with a way in of its own, killed once while events come and started again: what its ledgers hold when it is dead, and what ledgers
 * and regulator hold in the end.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFolderObjectStore } from '../../core/adapters/folder-object-store/folder-object-store.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { verifyReports, type VerifiedReports } from '../../reporter/ledger/verify.ts';
import { startRegulator } from '../../reporter/simulator/start-regulator.ts';
import { writeReferenceWarehouse } from './reference-warehouse.ts';
import { booksOf, ledgersHold, until, type BooksHold, type LedgersHold } from './reporter-outcome.ts';
import { withSettings, type Settings } from './config-settings.ts';
import { startProgram, writeReporterConfig, type Program } from './reporter-process.ts';
import type { ReportedTrades } from './reported-trades.ts';

export interface KilledReporter {
  readonly store: ObjectStore;
  /** Of the process that lives; 0 while none does. */
  port(): number;
  /** Another process in the place of the last one. */
  start(): Promise<void>;
  /** Kills it as soon as its ledger has received so many events; resolves when it is gone. */
  killAt(received: number): Promise<void>;
  holds(): Promise<LedgersHold>;
  /** Until every event has its end; throws when that takes too long. */
  settled(events: number): Promise<LedgersHold>;
  /** SIGTERM; throws for another exit status than 0. */
  end(): Promise<void>;
  verify(): Promise<VerifiedReports>;
  books(): BooksHold;
  /** Whatever still runs. */
  remove(): Promise<void>;
}

/** A dead instance is taken on after three of them, at the next look for dead ones: no later than with shorter ones. */
const HEARTBEAT_SECONDS = 3;

const BASE: Settings = {
  'reporter.regimes.on': ['rts_22', 'rts_1'],
  'reporter.intake.full_wait_seconds': 0.1,
  'reporter.intake.held_messages_max': 20,
  'reporter.ledger.heartbeat_seconds': HEARTBEAT_SECONDS,
};

export async function prepareReporter(trades: ReportedTrades, settings: Settings): Promise<KilledReporter> {
  const folder = mkdtempSync(join(tmpdir(), 'killed-reporter-'));
  const root = join(folder, 'root');
  await writeReferenceWarehouse(root);
  const regulator = await startRegulator();
  writeReporterConfig(join(folder, 'config'), regulator.url, (yaml) => withSettings(yaml, { ...BASE, ...settings }));
  const words = ['--root', root, '--config', join(folder, 'config'), 'reporter', 'serve'];
  const store = createFolderObjectStore(root);
  let program: Program | null = null;
  const holds = async (): Promise<LedgersHold> => await ledgersHold(store, trades);
  return {
    store,
    holds,
    port: () => (program === null ? 0 : Number(program.said['port'])),
    async start() {
      program = await startProgram(words, 'reporter_listening');
    },
    async killAt(received) {
      await until(async () => (await holds()).received.size >= received);
      const child = program?.child;
      if (child === undefined) throw new Error('expected a reporter that lives, found none');
      program = null;
      const exit = once(child, 'exit');
      child.kill('SIGKILL');
      await exit;
    },
    async settled(events) {
      let found = await holds();
      try {
        await until(async () => {
          const ended = program?.ended() ?? null;
          if (ended !== null) throw new Error(`the reporter ended by itself, with ${ended}`);
          found = await holds();
          return found.received.size >= events && found.open.length === 0;
        });
      } catch (cause) {
        const { received, open, states } = found;
        throw new Error(`${received.size} of ${events} events received, ${open.length} open, ${JSON.stringify(states)}`, { cause });
      }
      return found;
    },
    async end() {
      const ended = await program?.end();
      program = null;
      if (ended?.exitCode !== 0) throw new Error(`expected exit status 0, found ${String(ended?.exitCode)}`);
    },
    verify: async () => await verifyReports(store),
    books: () => booksOf(regulator),
    async remove() {
      program?.child.kill('SIGKILL');
      await regulator.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/**
 * `markets reporter serve` with a way in of its own, killed once while events come and started again: what its ledgers hold when it is dead, and what ledgers
 * and regulator hold in the end.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseDocument } from 'yaml';
import { createFolderObjectStore } from '../../core/adapters/folder-object-store/folder-object-store.ts';
import { tradeId } from '../../core/identity/trade-id.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { readState } from '../../reporter/ledger/read-state.ts';
import { verifyReports, type VerifiedReports } from '../../reporter/ledger/verify.ts';
import { startRegulator, type RunningRegulator } from '../../reporter/simulator/start-regulator.ts';
import { writeReferenceWarehouse } from './reference-warehouse.ts';
import { startProgram, writeReporterConfig, type Program } from './reporter-process.ts';
import type { ReportedTrades } from './reported-trades.ts';

/** Keys of the configuration by their path, as `reporter.intake.kafka.sources`. */
export type Settings = Readonly<Record<string, unknown>>;

export interface LedgersHold {
  /** Names of events, as in ReportedTrades. */
  readonly received: ReadonlySet<string>;
  readonly open: readonly string[];
  readonly states: Readonly<Record<string, number>>;
}

export interface KilledReporter {
  readonly store: ObjectStore;
  /** Of the process that lives; 0 while none does. */
  port(): number;
  /** Another process in the place of the last one. */
  start(): Promise<void>;
  /** Kills it as soon as its ledger has received so many events; resolves when it is gone. */
  killAt(received: number): Promise<void>;
  holds(): Promise<LedgersHold>;
  /** Until every event has its end; throws after SETTLE_MS. */
  settled(events: number): Promise<LedgersHold>;
  /** SIGTERM; throws for another exit status than 0. */
  end(): Promise<void>;
  verify(): Promise<VerifiedReports>;
  /** References that stand at the regulator, and what went otherwise than once and well. */
  books(): { readonly standing: ReadonlySet<string>; readonly odd: readonly string[] };
  /** Whatever still runs. */
  remove(): Promise<void>;
}

const SETTLE_MS = 120_000;
const LOOK_MS = 20;
/** A dead instance is taken on after three of them. */
const HEARTBEAT_SECONDS = 1;

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
  writeReporterConfig(join(folder, 'config'), regulator.url, (yaml) => changed(yaml, { ...BASE, ...settings }));
  const words = ['--root', root, '--config', join(folder, 'config'), 'reporter', 'serve'];
  const store = createFolderObjectStore(root);
  const names = new Map([...trades.events].map((name) => [identityOf(name), name]));
  let program: Program | null = null;
  const holds = async (): Promise<LedgersHold> => await ledgersHold(store, names);
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
      await until(async () => {
        const { received, open } = await holds();
        return received.size >= events && open.length === 0;
      });
      return await holds();
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

function changed(yaml: string, settings: Settings): string {
  const document = parseDocument(yaml);
  for (const [path, value] of Object.entries(settings)) document.setIn(path.split('.'), value);
  return document.toString();
}

function identityOf(name: string): string {
  const [sourceTradeId = '', version = ''] = name.split(' ');
  return `${tradeId('markets', 'BOOKING', sourceTradeId)} ${version}`;
}

async function ledgersHold(store: ObjectStore, names: ReadonlyMap<string, string>): Promise<LedgersHold> {
  const state = await readState(store);
  try {
    const events = [...state.events()].map(({ trade_id: id, trade_version: version, is_finished: isFinished }) => ({
      name: names.get(`${id} ${version}`) ?? `unknown ${id} ${version}`,
      isFinished,
    }));
    const states: Record<string, number> = {};
    for (const { state: of } of state.reports()) states[of] = (states[of] ?? 0) + 1;
    return {
      received: new Set(events.map(({ name }) => name)),
      open: events.filter(({ isFinished }) => !isFinished).map(({ name }) => name),
      states,
    };
  } finally {
    state.close();
  }
}

function booksOf({ regulator }: RunningRegulator): ReturnType<KilledReporter['books']> {
  const entries = regulator.books();
  const accepted = (action: string): readonly string[] =>
    entries.filter((entry) => entry.action === action && entry.state === 'ACPT').map(({ trn }) => trn);
  const takenBack = new Set(accepted('CANC'));
  return {
    standing: new Set(accepted('NEWT').filter((trn) => !takenBack.has(trn))),
    odd: entries
      .filter(({ state, acceptances, conflicts }) => state !== 'ACPT' || acceptances !== 1 || conflicts > 0)
      .map((entry) => JSON.stringify(entry)),
  };
}

export async function until(holds: () => boolean | Promise<boolean>, withinMs = SETTLE_MS): Promise<void> {
  const endMs = performance.now() + withinMs;
  while (!(await holds())) {
    if (performance.now() > endMs) throw new Error('what was waited for did not come');
    await wait(LOOK_MS);
  }
}

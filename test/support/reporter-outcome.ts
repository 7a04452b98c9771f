/** What the ledgers of reporters and the books of the simulated regulator say of trades that were told to them. */
import { setTimeout as wait } from 'node:timers/promises';
import { tradeId } from '../../core/identity/trade-id.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { readState } from '../../reporter/ledger/read-state.ts';
import type { RunningRegulator } from '../../reporter/simulator/start-regulator.ts';
import type { ReportedTrades } from './reported-trades.ts';

export interface LedgersHold {
  /** Names of events, as in ReportedTrades. */
  readonly received: ReadonlySet<string>;
  readonly open: readonly string[];
  /** Reports by their state. */
  readonly states: Readonly<Record<string, number>>;
}

export interface BooksHold {
  /** References that stand at the regulator. */
  readonly standing: ReadonlySet<string>;
  /** What went otherwise than once and well. */
  readonly odd: readonly string[];
}

/** How a report of these trades may end. */
export const GOOD_ENDS = ['accepted', 'not_eligible', 'superseded'];

const LOOK_MS = 20;
const WAIT_MS_MAX = 180_000;

function identityOf(name: string): string {
  const [sourceTradeId = '', version = ''] = name.split(' ');
  return `${tradeId('markets', 'BOOKING', sourceTradeId)} ${version}`;
}

export async function ledgersHold(store: ObjectStore, trades: ReportedTrades): Promise<LedgersHold> {
  const names = new Map([...trades.events].map((name) => [identityOf(name), name]));
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

export function booksOf({ regulator }: RunningRegulator): BooksHold {
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

export async function until(holds: () => boolean | Promise<boolean>, withinMs = WAIT_MS_MAX): Promise<void> {
  const endMs = performance.now() + withinMs;
  while (!(await holds())) {
    if (performance.now() > endMs) throw new Error('what was waited for did not come');
    await wait(LOOK_MS);
  }
}

/**
 * Several reporters at once, killed again and again, before a regulator with faults of all kinds: its books and the ledgers agree in the end. Size by
 * REPORTER_EVENTS and REPORTER_KILLS; `make chaos-reporter` runs the whole size.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createFolderObjectStore } from '../../core/adapters/folder-object-store/folder-object-store.ts';
import { readState, type ReportStanding } from '../../reporter/ledger/read-state.ts';
import { verifyReports } from '../../reporter/ledger/verify.ts';
import { evenFaults } from '../../reporter/simulator/fault-choice.ts';
import { startRegulator, type RunningRegulator } from '../../reporter/simulator/start-regulator.ts';
import { chaosRegimes, openChaosReporter } from '../support/reporter-chaos/chaos-parts.ts';
import { chaosTrades, eventOfMessage, UNKNOWN_ISIN } from '../support/reporter-chaos/chaos-trades.ts';
import { runChaos } from '../support/reporter-chaos/run-chaos.ts';

const EVENTS = Number(process.env['REPORTER_EVENTS'] ?? '5000');
const KILLS = Number(process.env['REPORTER_KILLS'] ?? '8');
const SEED = Number(process.env['REPORTER_SEED'] ?? '2026');
const FAULTS = 0.2;
/** Of the whole: a busy machine does some 30 events a second. */
const TEST_MS_MAX = 600_000 + EVENTS * 60;

let folder = '';
let regulator: RunningRegulator;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reporter-'));
  await mkdir(join(folder, 'root'));
  regulator = await startRegulator({
    seed: SEED,
    faults: evenFaults(FAULTS),
    lateMs: 500,
    delayMs: 100,
    retryAfterSeconds: 1,
    instruments: { unknown: new Set([UNKNOWN_ISIN]), pending: new Set() },
  });
});
afterAll(async () => {
  await regulator.close();
  await rm(folder, { recursive: true, force: true });
});

/** Reports by state, and what else the ledgers say. */
async function ledgers(
  root: string,
): Promise<{ reports: readonly ReportStanding[]; open: readonly string[]; received: ReadonlySet<string> }> {
  const state = await readState(createFolderObjectStore(root));
  try {
    const events = [...state.events()];
    return {
      reports: [...state.reports()],
      open: events.filter(({ is_finished: isFinished }) => !isFinished).map(({ event_id: id }) => id),
      received: new Set(events.map(({ event_id: id }) => id)),
    };
  } finally {
    state.close();
  }
}

it(
  `${EVENTS} events through three reporters that are killed ${KILLS} times, with faults in every fifth call: each eligible event is accepted once, none twice, none is lost`,
  async () => {
    const root = join(folder, 'root');
    const regimes = await chaosRegimes();
    const trades = chaosTrades(EVENTS, SEED, regimes);
    const outcome = await runChaos({
      root,
      regulator: regulator.url,
      messages: trades.messages,
      kills: KILLS,
      seed: SEED,
      settleMs: 600_000,
    });
    const before = await ledgers(root);
    expect(before.open).toEqual([]);

    // An operator looks at the dead letters that were not sent, and replays them.
    const unsent = before.reports
      .filter(({ state, reason }) => state === 'dead_lettered' && reason !== 'invalid')
      .map(({ event_id: id }) => id);
    const options = { root, regulator: regulator.url, lateReference: join(folder, 'late-reference') };
    const operator = await openChaosReporter(options, () => undefined);
    try {
      await operator.replay({ eventIds: [...new Set(unsent)], by: 'operator', why: 'the regulator answers again' });
    } finally {
      await operator.close(20_000);
    }

    const { reports, open, received } = await ledgers(root);
    const books = regulator.regulator.books();
    const counts: Record<string, number> = {};
    for (const { regime, state } of reports) counts[`${regime} ${state}`] = (counts[`${regime} ${state}`] ?? 0) + 1;
    const { faults, duplicates, conflicts, posts } = regulator.regulator.summary();
    console.log(
      JSON.stringify({ ...outcome, messages: trades.messages.length, unsent: unsent.length, counts, faults, posts, duplicates, conflicts }),
    );

    expect(outcome.kills).toBe(KILLS);
    expect(Object.keys(faults).length).toBeGreaterThan(10);
    expect(open).toEqual([]);
    expect(received).toEqual(new Set(trades.messages.map((message) => eventOfMessage(message).eventId)));
    expect(received.size).toBe(trades.events);
    // The regulator: what stands is what has to stand, and nothing was accepted twice.
    const accepted = (action: string): readonly string[] =>
      books.filter((entry) => entry.action === action && entry.state === 'ACPT').map(({ trn }) => trn);
    const takenBack = new Set(accepted('CANC'));
    expect(new Set(accepted('NEWT').filter((trn) => !takenBack.has(trn)))).toEqual(trades.standing);
    expect(books.filter(({ acceptances }) => acceptances > 1)).toEqual([]);
    expect(books.filter(({ state }) => state === 'PDNG')).toEqual([]);
    // The ledgers: every event has a report of each regime with an end by name, and what they call accepted is what the books call so.
    expect(reports).toHaveLength(received.size * regimes.length);
    const ended = new Set(['accepted', 'rejected', 'invalid', 'dead_lettered', 'resolved', 'not_eligible', 'superseded']);
    expect(reports.filter(({ state }) => !ended.has(state))).toEqual([]);
    const ours = reports
      .filter(({ state, trn }) => (state === 'accepted' || state === 'resolved') && trn !== null)
      .map(({ trn }) => trn as string);
    expect(new Set(ours)).toEqual(new Set([...accepted('NEWT'), ...takenBack]));
    const { findings, finding_count: found } = await verifyReports(createFolderObjectStore(root));
    expect({ findings, found }).toEqual({ findings: [], found: 0 });
  },
  TEST_MS_MAX,
);

import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LedgerData, LedgerKind } from '../../core/reports/entry.ts';
import type { Ledger } from './ledger.ts';
import { readState, type ReportStanding } from './read-state.ts';
import { summariseState } from './summarise-state.ts';
import { eventOf, finished, instanceOf, openBench, received, type LedgerBench } from './test-support/ledger-bench.ts';
import { segmentName } from '../../core/reports/object-names.ts';

let bench: LedgerBench;
beforeEach(async () => {
  bench = await openBench('memory');
});
afterEach(async () => await bench.close());

const DUE = '2023-01-31T22:59:00.000000Z';

async function tell<K extends LedgerKind>(ledger: Ledger, number: number, kind: K, data: LedgerData[K]): Promise<void> {
  bench.time.stand(1000);
  await ledger.append({ kind, eventId: eventOf(number), reportId: `${eventOf(number)}-rts_22`, data });
}

async function claim(ledger: Ledger, number: number, action: 'NEWT' | 'CANC' = 'NEWT', step = 1): Promise<void> {
  await tell(ledger, number, 'claimed', { regime: 'rts_22', step, action, trn: `T${number}`, due_at: DUE });
  await tell(ledger, number, 'submitted', { step, action, try: 1, sha256: 'a'.repeat(64) });
}

async function standings(): Promise<ReadonlyMap<string, ReportStanding>> {
  const state = await readState(bench.store);
  try {
    return new Map([...state.reports()].map((report) => [report.event_id, report]));
  } finally {
    state.close();
  }
}

test('a report stands as the last of its entries says', async () => {
  const ledger = await bench.open(1, { heartbeatSeconds: 3600 });
  for (let number = 1; number <= 7; number += 1) await ledger.append(received(number));
  await tell(ledger, 1, 'not_eligible', { regime: 'rts_22', reason: 'no_isin' });
  await tell(ledger, 2, 'parked', { regime: 'rts_22', missing: [{ kind: 'counterparty', key: 'X' }] });
  await claim(ledger, 3);
  await claim(ledger, 4);
  await tell(ledger, 4, 'rejected', { step: 1, action: 'NEWT', codes: ['CON-023'] });
  await claim(ledger, 5);
  await tell(ledger, 5, 'ambiguous', { step: 1, action: 'NEWT', try: 1, reason: 'timeout' });
  await tell(ledger, 5, 'submitted', { step: 1, action: 'NEWT', try: 2, sha256: 'a'.repeat(64) });
  await tell(ledger, 5, 'acknowledged', { step: 1, action: 'NEWT', codes: [] });
  await tell(ledger, 6, 'invalid', { regime: 'rts_22', findings: [{ code: 'LEI', field: '7' }] });
  await claim(ledger, 7);
  await tell(ledger, 7, 'dead_lettered', { regime: 'rts_22', reason: 'tries used up', code: 'unsent' });
  await ledger.close();
  const found = await standings();
  expect([1, 2, 3, 4, 5, 6, 7].map((number) => found.get(eventOf(number))?.state)).toEqual([
    'not_eligible',
    'parked',
    'submitted',
    'rejected',
    'accepted',
    'invalid',
    'dead_lettered',
  ]);
  expect(found.get(eventOf(5))).toMatchObject({ tries: 2, due_at: DUE, trn: 'T5', regime: 'rts_22' });
  expect(found.get(eventOf(4))?.codes).toEqual(['CON-023']);
  expect(found.get(eventOf(7))?.reason).toBe('tries used up');
});

test('the cancellation in an amendment ends no report, that of a cancelled trade does', async () => {
  const ledger = await bench.open(1, { heartbeatSeconds: 3600 });
  await ledger.append({ ...received(1), data: { ...received(1).data, status: 'AMENDED' } });
  await ledger.append({ ...received(2), data: { ...received(2).data, status: 'CANCELLED' } });
  for (const number of [1, 2]) {
    await claim(ledger, number, 'CANC');
    await tell(ledger, number, 'acknowledged', { step: 1, action: 'CANC', codes: [] });
  }
  expect([...(await standings()).values()].map(({ state }) => state)).toEqual(['claimed', 'accepted']);
  await claim(ledger, 1, 'NEWT', 2);
  await tell(ledger, 1, 'acknowledged', { step: 2, action: 'NEWT', codes: [] });
  await tell(ledger, 1, 'contradicted', { step: 2, action: 'NEWT', says: 'rejected', codes: [] });
  expect((await standings()).get(eventOf(1))).toMatchObject({ state: 'accepted', contradicted: 1 });
  await ledger.close();
});

test('ledgers of several instances tell of one report, in whatever order they are read', async () => {
  // The later instance has the earlier name.
  const [late, early] = [await bench.open(1, { heartbeatSeconds: 3600 }), await bench.open(2, { heartbeatSeconds: 3600 })];
  await early.append(received(1));
  await claim(early, 1);
  bench.time.stand(1000);
  await late.append({ kind: 'adopted', eventId: eventOf(1), reportId: null, data: { from: instanceOf(2) } });
  await tell(late, 1, 'acknowledged', { step: 1, action: 'NEWT', codes: [] });
  await late.append(finished(1));
  const state = await readState(bench.store);
  expect([...state.events()]).toMatchObject([{ event_id: eventOf(1), is_finished: true, source: 'trade_events' }]);
  expect([...state.reports()]).toMatchObject([{ state: 'accepted' }]);
  state.close();
  for (const ledger of [late, early]) await ledger.close();
});

test('what is open is listed by its deadline, what is late is counted', async () => {
  const ledger = await bench.open(1, { heartbeatSeconds: 3600 });
  for (const number of [1, 2, 3]) {
    await ledger.append(received(number));
    await claim(ledger, number);
  }
  await tell(ledger, 3, 'acknowledged', { step: 1, action: 'NEWT', codes: [] });
  await ledger.append({ kind: 'refused', eventId: null, reportId: null, data: { code: 'TOKEN', count: 3 } });
  const state = await readState(bench.store);
  const before = summariseState(state, '2023-01-31T22:49:30.000000Z');
  expect(before.open.map(({ report_id, minutes_left }) => [report_id, minutes_left])).toEqual(
    [1, 2].map((number) => [`${eventOf(number)}-rts_22`, 9]),
  );
  expect(before).toMatchObject({
    events: { received: 3, finished: 0, open: 3 },
    regimes: [{ regime: 'rts_22', states: { submitted: 2, accepted: 1 }, late: 0 }],
    refused: { TOKEN: 3 },
  });
  expect(summariseState(state, '2023-02-01T00:00:00.000000Z').regimes[0]?.late).toBe(2);
  state.close();
  await ledger.close();
});

test('a ledger that does not verify is not folded', async () => {
  const ledger = await bench.open(1);
  await ledger.append(received(1));
  await ledger.close();
  await bench.store.write(segmentName(instanceOf(1), 1), Buffer.from('{}\n'), { overwrite: true });
  await expect(readState(bench.store)).rejects.toThrow(expect.objectContaining({ code: 'LEDGER_DAMAGED' }));
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { transform } from '../transform/transform.ts';
import { createDbtWorker } from '../transform/dbt-process.ts';
import { StreamWarehouse } from '../transform/test-support/stream-warehouse.ts';
import { eventIdOf, ToldLedger } from '../test-support/told-ledger.ts';

const worker = createDbtWorker({ timeoutMs: 900_000 });
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reports-'));
});
afterAll(async () => {
  await worker.close();
  await rm(folder, { recursive: true, force: true });
});

const AT = '2023-01-30T17:00:00.000000Z';
const DUE = '2023-01-30T21:00:00.000000Z';
const LATE = '2023-01-30T21:00:01.000000Z';

test(
  'what ledgers say is reconciled, alerts come before a deadline and after, and a full refresh changes nothing',
  { timeout: 900_000 },
  async () => {
    const warehouse = new StreamWarehouse(join(folder, 'one'), [], worker);
    const ledger = await new ToldLedger(warehouse.store).begin();
    for (const event of ['ontime', 'open', 'refused', 'no', 'dead', 'amended']) {
      await ledger.received(AT, { event, status: event === 'amended' ? 'AMENDED' : 'NEW' });
    }
    for (const event of ['ontime', 'open', 'refused', 'dead', 'amended']) await ledger.submitted(AT, event, DUE);
    await ledger.acknowledged('2023-01-30T17:00:02.500000Z', 'ontime');
    await ledger.report(AT, 'refused', 'rejected', { step: 1, action: 'NEWT', codes: ['CON-023'] });
    await ledger.report(AT, 'no', 'not_eligible', { regime: 'rts_22', reason: 'no_isin' });
    await ledger.report(AT, 'dead', 'dead_lettered', { regime: 'rts_22', reason: 'tries used up', code: 'unsent' });
    await ledger.report(AT, 'amended', 'acknowledged', { step: 1, action: 'CANC', codes: [] });
    const first = await warehouse.cycle('2023-01-30T18:00:00.000000Z');
    expect(first.errors).toEqual([]);
    expect(warehouse.problems).toEqual([]);
    expect(first.transform).toBe('ok');
    const events = ['ontime', 'open', 'refused', 'no', 'dead', 'amended'];
    const words = new Map(events.map((event) => [eventIdOf(event), event]));
    const named = (rows: readonly (readonly unknown[])[]): unknown =>
      Object.fromEntries(rows.map(([id, ...rest]) => [words.get(String(id)), rest]));
    const submissions = 'select event_id, state, tries, cast(latency_ms as varchar) from control.regulatory_submissions';
    expect(named(await warehouse.rows(submissions))).toEqual({
      ontime: ['accepted', 1, '2500.000000000000000000'],
      open: ['submitted', 1, null],
      refused: ['rejected', 1, null],
      no: ['not_eligible', 0, null],
      dead: ['dead_lettered', 1, null],
      amended: ['claimed', 1, null],
    });
    expect(await warehouse.rows('select reason, codes from control.regulatory_dead_letter')).toEqual([['tries used up', '["unsent"]']]);
    // No trade of curation was judged: what was reported all the same is extra.
    const reconciled = 'select event_id, status, is_open from control.regulatory_reconciliation';
    expect(named(await warehouse.rows(reconciled))).toEqual({
      ontime: ['EXTRA', false],
      open: ['EXTRA', true],
      refused: ['EXTRA', false],
      no: ['NOT_ELIGIBLE', false],
      dead: ['EXTRA', false],
      amended: ['EXTRA', true],
    });
    expect(first.alerts_open.map(({ kind }) => kind).sort()).toEqual(['report_due', 'report_failed']);
    // Nothing new came, and the deadline passed.
    const second = await warehouse.cycle('2023-01-30T21:30:00.000000Z');
    expect(second.transform).toBe('not_due');
    expect(second.alerts_open.map(({ kind }) => kind).sort()).toEqual(['report_failed', 'report_missed']);
    await ledger.acknowledged(LATE, 'open');
    await ledger.acknowledged(LATE, 'amended');
    await ledger.report(LATE, 'dead', 'acknowledged', { step: 2, action: 'NEWT', codes: [] });
    const third = await warehouse.cycle('2023-01-30T22:00:00.000000Z');
    expect(third.alerts_open.map(({ kind }) => kind)).toEqual(['report_failed']);
    expect(named(await warehouse.rows(submissions))).toMatchObject({
      open: ['accepted', 1, expect.anything()],
      dead: ['accepted', 1, expect.anything()],
    });
    const all = `select event_id, report_id, status, state, is_open, reason, minutes_left, cast(due_at as varchar), cast(accepted_at as varchar), tries
    from control.regulatory_reconciliation order by event_id`;
    const anew = await warehouse.anew(join(folder, 'anew'));
    expect(anew.problems).toEqual([]);
    expect(await anew.rows(all)).toEqual(await warehouse.rows(all));
    const whole = await transform({ rootFolder: warehouse.folder, specs: [], allTests: true }, worker);
    expect(whole.failures).toEqual([]);
    expect(whole.finished.status).toBe('ok');
  },
);

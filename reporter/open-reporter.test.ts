import { expect, it } from 'vitest';
import { createMemoryObjectStore } from '../core/adapters/memory-object-store.ts';
import type { TradeEvent } from './event/trade-event.ts';
import { createTradeSteps } from './ledger/stored-trade-steps.ts';
import { openReporter, type Reporter } from './open-reporter.ts';
import { rebuildReports } from './pipeline/rebuild-reports.ts';
import { ScriptedRegulator } from './pipeline/test-support/scripted-regulator.ts';
import { VirtualTime } from './pipeline/test-support/virtual-time.ts';
import { referenceName } from './reference/kept-references.ts';
import { REFERENCE_TABLES } from './reference/reference-kinds.ts';
import type { KeyedRows, ReferenceRows } from './reference/warehouse-references.ts';
import { sampleEvent, sampleReference, shippedRegime, type Texts } from './regime/test-support/sample-report.ts';

const readers = {
  readReceived: ({ message }: { readonly message: string }): TradeEvent =>
    sampleEvent(JSON.parse(Buffer.from(message, 'base64').toString()) as Texts),
};

/** Reference data of the sample, the counterparty with that LEI. */
function rowsWith(lei: () => string): ReferenceRows {
  const rows = (kind: keyof typeof REFERENCE_TABLES): readonly KeyedRows[] => {
    const version = sampleReference({ counterparty: { counterparty_lei: lei() } })[kind];
    if (version === null) return [];
    const values = REFERENCE_TABLES[kind].columns.map(({ name }) => version.values.get(name) ?? null);
    return [{ key: version.key, rows: [{ fromUs: 0n, toUs: 253402214400000000n, values }] }];
  };
  return {
    async *all(kind) {
      yield* await Promise.resolve(rows(kind));
    },
    lookUp: async () => await Promise.resolve([]),
  };
}

async function within<T>(time: VirtualTime, work: Promise<T>): Promise<T> {
  let isDone = false;
  const done = (): void => {
    isDone = true;
  };
  work.then(done, done);
  await time.until(() => isDone);
  return await work;
}

it('reports can be made again byte for byte when the reference data say something else, and a kept version that was changed is found', async () => {
  const [store, time, regulator] = [createMemoryObjectStore(), new VirtualTime('2023-01-30T10:16:00Z'), new ScriptedRegulator()];
  const { regime } = await shippedRegime('rts_22');
  let lei = '529900ELBE7ASSET0138';
  const parts = {
    store,
    time,
    instance: '20230130T101600-00000001',
    regimes: [regime],
    readers,
    references: rowsWith(() => lei),
    submitter: regulator,
  };
  const reporter: Reporter = await within(time, openReporter(parts));
  const tell = async (texts: Texts): Promise<void> => {
    const message = Buffer.from(JSON.stringify(texts));
    expect(await within(time, reporter.accept({ event: sampleEvent(texts), message, form: 'raw', via: 'events' }))).toBe('received');
    await time.until(() => reporter.pipeline.state().events === 0);
  };
  await tell({});
  lei = '529900SUBMITTER00039';
  await within(time, reporter.refresh());
  await tell({ version: '2', status: 'AMENDED', price: '102' });
  await within(time, reporter.close(1000));

  const { tradeId } = sampleEvent();
  const rebuilt = await rebuildReports(store, readers, tradeId, 'rts_22');
  expect(rebuilt.map(({ step, state, isSame, reason }) => [step.action, step.trade_version, state, isSame, reason])).toEqual([
    ['NEWT', '1', 'accepted', true, null],
    ['CANC', '2', 'accepted', true, null],
    ['NEWT', '2', 'accepted', true, null],
  ]);
  const [first, , last] = await createTradeSteps(store).read(tradeId, 'rts_22');
  expect(first?.step.payload).toContain('529900ELBE7ASSET0138');
  expect(last?.step.payload).not.toContain('529900ELBE7ASSET0138');

  const kept = first?.step.references.find(({ kind }) => kind === 'counterparty')?.hash ?? '';
  const bytes = (await store.read(referenceName(kept))).toString().replace('ELBE', 'EBLE');
  await store.write(referenceName(kept), Buffer.from(bytes), { overwrite: true });
  const [damaged, , whole] = await rebuildReports(store, readers, tradeId, 'rts_22');
  expect([damaged?.isSame, whole?.isSame]).toEqual([false, true]);
  expect(damaged?.reason).toContain('REPORT_REBUILD');
  await expect(rebuildReports(store, readers, 'f'.repeat(32), 'rts_22')).rejects.toMatchObject({ code: 'REPORT_NOT_FOUND' });
});

it('a dead letter is replayed by its event, one that is not known is told so', async () => {
  const [store, time, regulator] = [createMemoryObjectStore(), new VirtualTime('2023-01-30T10:16:00Z'), new ScriptedRegulator()];
  const { regime } = await shippedRegime('rts_1');
  const parts = { store, time, instance: '20230130T101600-00000002', regimes: [regime], readers, submitter: regulator };
  const reporter = await within(time, openReporter({ ...parts, references: rowsWith(() => '529900ELBE7ASSET0138') }));
  regulator.script = () => 'down';
  const event = sampleEvent();
  await within(time, reporter.accept({ event, message: Buffer.from('{}'), form: 'raw', via: 'events' }));
  await time.until(() => reporter.pipeline.state().events === 0);
  expect(regulator.standing()).toEqual([]);
  regulator.script = () => 'accept';
  const eventIds = [event.eventId, '0'.repeat(32)];
  const replayed = await within(time, reporter.replay({ eventIds, by: 'ops', why: 'the line is back' }));
  expect(replayed.map(({ outcome }) => outcome)).toEqual(['replayed', 'unknown']);
  expect(regulator.standing()).toHaveLength(1);
  const again = await within(time, reporter.replay({ eventIds, by: 'ops', why: 'once more' }));
  expect(again.map(({ outcome }) => outcome)).toEqual(['not_open', 'unknown']);
  await within(time, reporter.close(1000));
});

import { describe, expect, it } from 'vitest';
import { testRegime, arrivalOf, PipelineBench, testEvent, type Instance, type TestTrade } from './test-support/pipeline-bench.ts';

async function told(bench: PipelineBench, instance: Instance, ...trades: readonly TestTrade[]): Promise<void> {
  for (const trade of trades) {
    expect(await instance.pipeline.accept(arrivalOf(trade))).toBe('received');
    await idle(bench, instance);
  }
}

/** Nothing is left but what waits for somebody else. */
async function idle(bench: PipelineBench, { pipeline }: Instance): Promise<void> {
  await bench.time.until(() => pipeline.state().events === 0);
}

const FIRST: TestTrade = {};
const SECOND: TestTrade = { version: 2, status: 'AMENDED', price: '11' };
const CANCELLED: TestTrade = { version: 3, status: 'CANCELLED', price: '11' };

describe('the way of a report', () => {
  it('is written down step by step, each before the next', async () => {
    const bench = new PipelineBench();
    await told(bench, bench.open('a'), FIRST);
    const way = ['received', 'enriched', 'validated', 'claimed', 'submitted', 'acknowledged', 'finished'];
    expect(bench.kinds()).toEqual(way);
    expect(bench.regulator.standing()).toHaveLength(1);
    expect(bench.data('enriched')[0]?.references).toMatchObject([{ kind: 'counterparty', key: 'C1' }]);
  });

  it('is one for each regime that looks at the source', async () => {
    const bench = new PipelineBench([
      testRegime('rts22', 'R22'),
      testRegime('rts1', 'R1'),
      testRegime('x', 'X', { appliesTo: () => false }),
    ]);
    await told(bench, bench.open('a'), FIRST);
    expect(bench.regulator.standing()).toHaveLength(2);
    expect(bench.kinds().filter((kind) => kind === 'finished')).toHaveLength(1);
  });

  it('ends where the regime does not want the event, with the reason', async () => {
    const bench = new PipelineBench();
    await told(bench, bench.open('a'), { venue: 'XNYS' });
    expect(bench.data('not_eligible')).toEqual([{ regime: 'rts22', reason: 'venue' }]);
    expect(bench.regulator.books.size).toBe(0);
  });

  it('ends among the dead letters where the report breaks its rules, and nothing is claimed', async () => {
    const bench = new PipelineBench();
    await told(bench, bench.open('a'), { price: '-1' });
    expect(bench.kinds()).toEqual(['received', 'invalid', 'dead_lettered', 'finished']);
    expect(bench.data('invalid')[0]?.findings).toEqual([{ code: 'PRICE', field: '33' }]);
  });

  it('takes nothing back for an amendment that cannot be reported', async () => {
    const bench = new PipelineBench();
    await told(bench, bench.open('a'), FIRST, { ...SECOND, price: '-1' });
    expect(bench.regulator.standing()).toHaveLength(1);
    expect(bench.regulator.sent).toHaveLength(1);
  });

  it('waits where reference data are missing, says once for what, and goes on when they come', async () => {
    const bench = new PipelineBench();
    const instance = bench.open('a');
    await instance.pipeline.accept(arrivalOf({ counterparty: 'C9' }));
    await bench.time.pass(300_000);
    expect(instance.pipeline.state()).toMatchObject({ events: 1, waiting: { parked: 1 } });
    expect(bench.data('parked')).toEqual([{ regime: 'rts22', missing: [{ kind: 'counterparty', key: 'C9' }] }]);
    bench.known.add('C9');
    const before = bench.time.nowMs();
    bench.refresh();
    await idle(bench, instance);
    expect(bench.time.nowMs()).toBe(before);
    expect(bench.kinds().slice(1)).toEqual(['parked', 'enriched', 'validated', 'claimed', 'submitted', 'acknowledged', 'finished']);
  });

  it('tells once of a deadline that is near', async () => {
    const bench = new PipelineBench();
    const instance = bench.open('a');
    await instance.pipeline.accept(arrivalOf({ counterparty: 'C9' }));
    await bench.time.pass(900_000);
    const near = instance.signs.filter(({ kind }) => kind === 'deadline_near');
    expect(near).toMatchObject([{ regime: 'rts22', phase: 'parked' }]);
    bench.known.add('C9');
    bench.refresh();
    await idle(bench, instance);
    expect(instance.signs.find(({ kind }) => kind === 'ended')).toMatchObject({ state: 'acknowledged', isLate: true });
  });
});

describe('what the regulator answers', () => {
  it('pending is asked for again until it is decided', async () => {
    const bench = new PipelineBench();
    bench.regulator.script = () => 'pending';
    const instance = bench.open('a');
    await instance.pipeline.accept(arrivalOf());
    await bench.time.pass(600_000);
    expect(instance.pipeline.state().waiting.pending).toBe(1);
    expect(bench.data('pending')).toHaveLength(1);
    for (const booked of bench.regulator.books.values()) booked.state = 'accepted';
    await idle(bench, instance);
    expect(bench.kinds().slice(-2)).toEqual(['acknowledged', 'finished']);
    expect(bench.regulator.sent).toHaveLength(1);
  });

  it('a late reply wakes the report that waits; one that contradicts what stands is written down and changes nothing', async () => {
    const bench = new PipelineBench();
    bench.regulator.script = () => 'pending';
    const instance = bench.open('a', { waitFirstMs: 10_000_000, waitMostMs: 10_000_000 });
    await instance.pipeline.accept(arrivalOf());
    await bench.time.until(() => instance.pipeline.state().waiting.pending === 1);
    const trn = bench.data('claimed')[0]?.trn ?? '';
    const reply = { trn, action: 'NEWT', submissionSha256: null, place: 'replies/1' } as const;
    for (const booked of bench.regulator.books.values()) booked.state = 'accepted';
    const before = bench.time.nowMs();
    bench.regulator.late.push({ ...reply, outcome: { state: 'accepted', codes: [] } });
    await idle(bench, instance);
    expect(bench.time.nowMs() - before).toBeLessThan(20_000);
    const other = { ...reply, outcome: { state: 'rejected', codes: ['CON-412'] } } as const;
    bench.regulator.late.push(other, other, { ...other, trn: 'R22UNKNOWN' });
    await bench.time.pass(60_000);
    expect(bench.data('contradicted')).toEqual([{ step: 1, action: 'NEWT', says: 'rejected', codes: ['CON-412'] }]);
    expect(instance.pipeline.state()).toMatchObject({ contradicted: 1, unmatched_replies: 1 });
    expect(bench.regulator.standing()).toEqual([trn]);
  });

  it('an answer that was lost is asked for, and the report is not sent twice', async () => {
    const bench = new PipelineBench();
    bench.regulator.script = () => 'lost';
    await told(bench, bench.open('a'), FIRST);
    expect(bench.kinds()).toContain('ambiguous');
    expect(bench.kinds().slice(-2)).toEqual(['acknowledged', 'finished']);
    expect(bench.regulator.sent).toHaveLength(1);
  });

  it('silence is neither: the report stays open as long as nobody knows', async () => {
    const bench = new PipelineBench();
    bench.regulator.script = () => 'silent';
    const instance = bench.open('a');
    await instance.pipeline.accept(arrivalOf());
    await bench.time.pass(3_600_000);
    expect(instance.pipeline.state().waiting.ambiguous).toBe(1);
    expect(bench.kinds()).not.toContain('acknowledged');
    bench.regulator.script = () => 'accept';
    await idle(bench, instance);
    expect(bench.regulator.sent).toHaveLength(1);
  });

  it('tries that are used up are a dead letter, which can be replayed, with who and why', async () => {
    const bench = new PipelineBench();
    bench.regulator.script = () => 'down';
    const instance = bench.open('a');
    await told(bench, instance, FIRST);
    expect(bench.data('dead_lettered')).toEqual([{ regime: 'rts22', reason: 'not sent within all tries', code: 'connection' }]);
    bench.regulator.script = () => 'accept';
    await told(bench, instance, FIRST);
    expect(bench.regulator.books.size).toBe(0);
    let ends: unknown;
    void instance.pipeline.replay(testEvent(), 'ops@bank', 'the line is back').then((found) => (ends = found));
    await bench.time.until(() => ends !== undefined);
    expect(ends).toEqual([{ regime: 'rts22', end: 'acknowledged' }]);
    expect(bench.data('resolved')).toEqual([{ by: 'ops@bank', why: 'the line is back' }]);
    expect(bench.regulator.standing()).toHaveLength(1);
  });

  it('a rejection ends the report; its amendment is a new report without a cancellation', async () => {
    const bench = new PipelineBench();
    bench.regulator.script = ({ trn }) => (trn.endsWith('1') ? 'reject' : 'accept');
    await told(bench, bench.open('a'), FIRST, SECOND);
    expect(bench.data('rejected')).toEqual([{ step: 1, action: 'NEWT', codes: ['CON-412'] }]);
    expect(bench.regulator.sent.map((key) => key.slice(-6))).toEqual(['1-NEWT', '2-NEWT']);
  });

  it('an open circuit is waited for and no dead letter', async () => {
    const bench = new PipelineBench();
    bench.regulator.script = () => 'breaker';
    const instance = bench.open('a');
    await instance.pipeline.accept(arrivalOf());
    await bench.time.pass(600_000);
    expect(instance.pipeline.state().waiting.breaker).toBe(1);
    bench.regulator.script = () => 'accept';
    await idle(bench, instance);
    expect(bench.kinds()).not.toContain('dead_lettered');
    expect(bench.regulator.standing()).toHaveLength(1);
  });
});

describe('versions of a trade', () => {
  it('are cancelled and reported anew, in this order', async () => {
    const bench = new PipelineBench();
    await told(bench, bench.open('a'), FIRST, SECOND, CANCELLED);
    expect(bench.regulator.sent.map((key) => key.slice(-6))).toEqual(['1-NEWT', '1-CANC', '2-NEWT', '2-CANC']);
    expect(bench.regulator.standing()).toEqual([]);
  });

  it('that come after a newer one are superseded, also after a cancellation of what was never reported', async () => {
    const bench = new PipelineBench();
    await told(bench, bench.open('a'), CANCELLED, SECOND, FIRST);
    expect(bench.regulator.sent).toEqual([]);
    expect(bench.data('superseded')).toEqual([
      { regime: 'rts22', by_version: '3' },
      { regime: 'rts22', by_version: '3' },
    ]);
    expect(bench.data('not_eligible')).toEqual([{ regime: 'rts22', reason: 'nothing_to_take_back' }]);
  });

  it('take back what is not eligible any more', async () => {
    const bench = new PipelineBench();
    await told(bench, bench.open('a'), FIRST, { ...SECOND, venue: 'XNYS' });
    expect(bench.regulator.sent.map((key) => key.slice(-6))).toEqual(['1-NEWT', '1-CANC']);
    expect(bench.kinds().slice(-3)).toEqual(['acknowledged', 'not_eligible', 'finished']);
  });

  it('wait for the one before them, and a parked one lets a newer one pass', async () => {
    const bench = new PipelineBench();
    const instance = bench.open('a');
    await instance.pipeline.accept(arrivalOf({ counterparty: 'C9' }));
    await bench.time.until(() => instance.pipeline.state().waiting.parked === 1);
    await instance.pipeline.accept(arrivalOf(SECOND));
    await idle(bench, instance);
    expect(bench.regulator.sent.map((key) => key.slice(-6))).toEqual(['2-NEWT']);
    expect(bench.data('superseded')).toHaveLength(1);
  });

  it('that come twice are done once; another content under the same version is a conflict, early or late', async () => {
    const bench = new PipelineBench();
    const instance = bench.open('a');
    let open = (): void => undefined;
    bench.regulator.gate = new Promise<void>((resolve) => (open = resolve));
    const answers = await Promise.all(
      [FIRST, FIRST, { price: '12' }].map(async (trade) => await instance.pipeline.accept(arrivalOf(trade))),
    );
    expect(answers).toEqual(['received', 'received', 'received']);
    open();
    await idle(bench, instance);
    await told(bench, bench.open('b'), FIRST, { price: '12' });
    expect(bench.data('conflict')).toHaveLength(2);
    expect(new Set(bench.data('conflict').map(({ stands }) => stands)).size).toBe(1);
    expect(bench.regulator.sent).toHaveLength(1);
  });
});

it('of two contents of one version the one that can be reported is, whichever comes first', async () => {
  for (const [first, second] of [
    [FIRST, { price: '-1' }],
    [{ price: '-1' }, FIRST],
  ] as const) {
    const bench = new PipelineBench();
    const instance = bench.open('a');
    const answers = await Promise.all([first, second].map(async (trade) => await instance.pipeline.accept(arrivalOf(trade))));
    expect(answers).toEqual(['received', 'received']);
    await idle(bench, instance);
    expect(bench.regulator.standing()).toHaveLength(1);
    expect(bench.kinds().filter((kind) => kind === 'finished')).toHaveLength(1);
    expect(bench.kinds().at(-1)).toBe('finished');
  }
});

describe('an instance', () => {
  it('takes no more events than it can hold, and none when it drains', async () => {
    const bench = new PipelineBench();
    const instance = bench.open('a', { eventsMax: 2 });
    const accept = async (trade: string): Promise<string> => await instance.pipeline.accept(arrivalOf({ trade, counterparty: 'C9' }));
    expect([await accept('1'), await accept('2'), await accept('3'), await accept('1')]).toEqual([
      'received',
      'received',
      'full',
      'received',
    ]);
    let isDrained = false;
    void instance.pipeline.drain(20_000).then(() => (isDrained = true));
    await bench.time.until(() => isDrained);
    // A timer that nobody needs any more would keep the process alive until it is over.
    expect(bench.time.waiting).toBe(0);
    expect(await accept('4')).toBe('draining');
    expect(bench.kinds()).not.toContain('finished');
    instance.kill();
    bench.known.add('C9');
    const other = bench.open('b');
    await bench.time.until(() => bench.unfinished().length === 0);
    expect(bench.kinds().filter((kind) => kind === 'adopted')).toHaveLength(2);
    expect(bench.regulator.standing()).toHaveLength(2);
    await idle(bench, other);
  });
});

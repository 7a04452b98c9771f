import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TradeStatus } from '../event/trade-event.ts';
import type { PlacedStep, StepState, TradeStep } from '../ledger/trade-steps.ts';
import type { Regime, ReportAction } from '../regime/regime.ts';
import { decide, standingReport, type Wanted } from './decide.ts';

interface Version {
  readonly version: number;
  readonly status: TradeStatus;
  readonly isEligible: boolean;
}

const wantedOf = ({ version, status, isEligible }: Version, amendments: Regime['amendments'] = 'cancel_then_new'): Wanted => ({
  eventId: `e${version}${status}`,
  version: BigInt(version),
  status,
  contentSha256: `c${version}`,
  isReportable: isEligible && status !== 'CANCELLED',
  amendments,
  again: false,
});

function stepOf(wanted: Wanted, seq: number, action: ReportAction, trn: string): TradeStep {
  const texts = { trade_id: 't', regime: 'r', report_id: `${wanted.eventId}-r`, regime_version: '', content_type: '', payload: '' };
  const others = { payload_sha256: '', due_at: '', instance: 'i', at: '', references: [] };
  const { eventId: event_id, contentSha256: content_sha256 } = wanted;
  return { ...texts, ...others, seq, event_id, trade_version: String(wanted.version), content_sha256, action, trn };
}

/** A trade and its regulator. Every call of work() is a process that may be cut off before any of its writes. */
class World {
  readonly steps: { step: TradeStep; end: PlacedStep['end'] }[] = [];
  /** Every report that the regulator has: true while it stands. */
  readonly books = new Map<string, boolean>();
  readonly answers: (step: TradeStep) => StepState;

  constructor(answers: (step: TradeStep) => StepState = () => 'accepted') {
    this.answers = answers;
  }

  /** Goes on until nothing is left to do, or `writes` writes were made. */
  work(wanted: Wanted, writes: number): ReturnType<typeof decide> | 'cut off' {
    let left = writes;
    const mayWrite = (): boolean => left-- > 0;
    let { again } = wanted;
    for (let round = 0; round < 20; round += 1) {
      const next = decide(this.steps, { ...wanted, again });
      if (next.do === 'claim' || next.do === 'mark') {
        if (!mayWrite()) return 'cut off';
        const isMark = next.do === 'mark';
        const trn = isMark || next.cancels === null ? `T${wanted.version}` : next.cancels.step.trn;
        this.steps.push({ step: stepOf(wanted, next.seq, isMark ? 'CANC' : next.action, trn), end: null });
        again = false;
      } else if (next.do === 'continue') {
        const { step } = next.step;
        const isMark = step.action === 'CANC' && step.trn === `T${wanted.version}` && !this.books.has(step.trn);
        if (!mayWrite()) return 'cut off';
        const state = isMark ? 'not_sent' : this.send(step);
        if (!mayWrite()) return 'cut off';
        this.steps[step.seq - 1]!.end = { state, codes: [], instance: 'i', at: '' };
      } else return next;
    }
    throw new Error('it never ends');
  }

  /** The same reference and action again changes nothing. */
  private send(step: TradeStep): StepState {
    const state = this.answers(step);
    if (state === 'accepted' && !(step.action === 'NEWT' && this.books.get(step.trn) === false))
      this.books.set(step.trn, step.action === 'NEWT');
    return state;
  }

  standing(): readonly string[] {
    return [...this.books].filter(([, stands]) => stands).map(([trn]) => trn);
  }
}

/** A trade's versions in order: the first is new, a cancellation is the last. */
const trade: fc.Arbitrary<readonly Version[]> = fc
  .record({ eligible: fc.array(fc.boolean(), { minLength: 1, maxLength: 5 }), isCancelled: fc.boolean() })
  .map(({ eligible, isCancelled }) =>
    eligible.map((isEligible, index) => {
      const isLast = index === eligible.length - 1;
      const status = isLast && isCancelled && index > 0 ? 'CANCELLED' : index === 0 ? 'NEW' : 'AMENDED';
      return { version: index + 1, status, isEligible };
    }),
  );

/** Which version is worked on, and after how many writes the process is cut off. */
const schedule = fc.array(fc.record({ pick: fc.nat(), writes: fc.integer({ min: 0, max: 6 }) }), { maxLength: 40 });

function inOrder(versions: readonly Version[], amendments: Regime['amendments']): World {
  const world = new World();
  for (const version of versions) world.work(wantedOf(version, amendments), Infinity);
  return world;
}

describe('what is done next for a trade', () => {
  it('ends as in order, whatever the order, the repetitions and the points where it is cut off', () => {
    fc.assert(
      fc.property(trade, schedule, (versions, cuts) => {
        const world = new World();
        const check = (): void => expect(world.standing().length).toBeLessThanOrEqual(1);
        for (const { pick, writes } of cuts) {
          world.work(wantedOf(versions[pick % versions.length]!), writes);
          check();
        }
        // Nobody is cut off any more: each is delivered until it is done.
        for (let round = 0; round < 2; round += 1) {
          for (const version of versions) {
            world.work(wantedOf(version), Infinity);
            check();
          }
        }
        expect(world.standing()).toEqual(inOrder(versions, 'cancel_then_new').standing());
        expect(standingReport(world.steps)?.step.trn).toBe(world.standing()[0]);
        // Nothing changes when everything is told once more.
        const before = world.steps.length;
        for (const version of versions)
          expect(['done', 'superseded', 'nothing']).toContain((world.work(wantedOf(version), Infinity) as { do: string }).do);
        expect(world.steps).toHaveLength(before);
      }),
      { numRuns: 3000 },
    );
  });

  it('reports every version once at most, whatever the regulator answers, and begins what ended badly again only when it is asked to', () => {
    const answer = fc.constantFrom<StepState>('accepted', 'rejected', 'dead_lettered');
    fc.assert(
      fc.property(trade, schedule, fc.array(answer, { minLength: 1, maxLength: 8 }), (versions, cuts, answers) => {
        let asked = 0;
        const world = new World(() => answers[asked++ % answers.length]!);
        for (const { pick, writes } of cuts) world.work(wantedOf(versions[pick % versions.length]!), writes);
        for (const version of [...versions, ...versions]) world.work(wantedOf(version), Infinity);
        const before = world.steps.length;
        for (const version of versions) world.work(wantedOf(version), Infinity);
        expect(world.steps).toHaveLength(before);
        const accepted = world.steps
          .filter(({ step, end }) => step.action === 'NEWT' && end?.state === 'accepted')
          .map(({ step }) => step.trn);
        expect(new Set(accepted).size).toBe(accepted.length);
        const newest = versions.at(-1)!;
        const last = world.steps.findLast(({ step }) => step.trade_version === String(newest.version));
        const next = decide(world.steps, { ...wantedOf(newest), again: true });
        const failed = last?.end?.state === 'rejected' || last?.end?.state === 'dead_lettered';
        expect(next.do === 'claim' || next.do === 'mark').toBe(failed && (newest.status !== 'NEW' || newest.isEligible));
      }),
      { numRuns: 2000 },
    );
  });

  const [first, second, cancelled] = [
    { version: 1, status: 'NEW', isEligible: true },
    { version: 2, status: 'AMENDED', isEligible: true },
    { version: 3, status: 'CANCELLED', isEligible: true },
  ] as const satisfies readonly Version[];
  const told = (world: World): readonly string[] =>
    world.steps.map(({ step, end }) => `${step.action} ${step.trn} ${end?.state ?? 'open'}`);

  it('takes back what stands and reports the new version, in this order', () => {
    const world = inOrder([first, second, cancelled], 'cancel_then_new');
    expect(told(world)).toEqual(['NEWT T1 accepted', 'CANC T1 accepted', 'NEWT T2 accepted', 'CANC T2 accepted']);
  });

  it('only reports the new version where the regime replaces', () => {
    expect(told(inOrder([first, second], 'replace'))).toEqual(['NEWT T1 accepted', 'NEWT T2 accepted']);
  });

  it('sends no cancellation of what was never reported, and does not report it when it comes later', () => {
    const world = new World();
    expect(world.work(wantedOf(cancelled), Infinity)).toMatchObject({ do: 'done', last: { end: { state: 'not_sent' } } });
    expect(world.work(wantedOf(first), Infinity)).toEqual({ do: 'superseded', byVersion: '3' });
    expect(world.books.size).toBe(0);
  });

  it('keeps the first of two contents of one version', () => {
    const world = inOrder([first], 'cancel_then_new');
    expect(decide(world.steps, { ...wantedOf(first), contentSha256: 'other' })).toEqual({ do: 'conflict', stands: 'c1' });
    expect(decide(world.steps, { ...wantedOf({ ...first, status: 'AMENDED' }) })).toEqual({ do: 'conflict', stands: 'c1' });
  });

  it('waits for the end of an older version, and lets a newer one pass', () => {
    const world = inOrder([first], 'cancel_then_new');
    world.work(wantedOf(second), 1);
    expect(decide(world.steps, wantedOf(cancelled))).toMatchObject({ do: 'wait' });
    expect(decide(world.steps, wantedOf(first))).toMatchObject({ do: 'done' });
    expect(decide(world.steps, wantedOf(second))).toMatchObject({ do: 'continue' });
  });
});

/**
 * What is to be done next for one event under one regime, from what was done for its trade so far. Pure, and the only place that knows the order of
 * amendments and cancellations: in whatever order and how often events come, whoever works on them and wherever one is cut off, what stands in the end
 * is what stands after all of them came in order.
 */
import type { TradeStatus } from '../event/trade-event.ts';
import type { PlacedStep } from '../ledger/trade-steps.ts';
import type { Regime, ReportAction } from '../regime/regime.ts';

export interface Wanted {
  readonly eventId: string;
  readonly version: bigint;
  readonly status: TradeStatus;
  readonly contentSha256: string;
  /** Whether the regime wants this version reported: an eligible one that is no cancellation. */
  readonly isReportable: boolean;
  readonly amendments: Regime['amendments'];
  /** Whether what ended badly is begun once more: somebody asked for it. */
  readonly again: boolean;
}

export type Next =
  /** The event's own step has no end: its outcome is asked for, or it is sent. */
  | { readonly do: 'continue'; readonly step: PlacedStep }
  /** Another event's step has no end. */
  | { readonly do: 'wait'; readonly step: PlacedStep }
  /** `cancels` is the report that a CANC takes back; null for a NEWT. */
  | { readonly do: 'claim'; readonly seq: number; readonly action: ReportAction; readonly cancels: PlacedStep | null }
  /** A step without payload, so that older versions which come later are known to be older. */
  | { readonly do: 'mark'; readonly seq: number }
  /** Everything was done before; `last` is the step that says how it ended. */
  | { readonly do: 'done'; readonly last: PlacedStep }
  /** Nothing was reported of the trade and nothing is to be. */
  | { readonly do: 'nothing' }
  | { readonly do: 'superseded'; readonly byVersion: string }
  | { readonly do: 'conflict'; readonly stands: string };

export function decide(steps: readonly PlacedStep[], wanted: Wanted): Next {
  const newest = steps.reduce((most, { step }) => maximum(most, BigInt(step.trade_version)), 0n);
  const same = steps.filter(({ step }) => BigInt(step.trade_version) === wanted.version);
  const other = same.find(({ step }) => step.event_id !== wanted.eventId || step.content_sha256 !== wanted.contentSha256);
  if (other !== undefined) return { do: 'conflict', stands: other.step.content_sha256 };
  const own = same.at(-1);
  const open = steps.find(({ end }) => end === null);
  if (open !== undefined) return open === own ? { do: 'continue', step: open } : waitOrGive(steps, open, newest, wanted);
  if (own !== undefined && isSettled(own, wanted, newest)) return { do: 'done', last: own };
  if (newest > wanted.version) return { do: 'superseded', byVersion: String(newest) };
  return nextStep(steps, wanted);
}

/** Whoever is older than what is under way need not wait for its end. */
function waitOrGive(steps: readonly PlacedStep[], open: PlacedStep, newest: bigint, wanted: Wanted): Next {
  const own = steps.findLast(({ step }) => step.event_id === wanted.eventId);
  if (own !== undefined && isSettled(own, wanted, newest)) return { do: 'done', last: own };
  if (newest > wanted.version) return { do: 'superseded', byVersion: String(newest) };
  return { do: 'wait', step: open };
}

function isSettled({ step, end }: PlacedStep, wanted: Wanted, newest: bigint): boolean {
  if (end === null) return false;
  switch (end.state) {
    case 'not_sent':
      return true;
    case 'accepted':
      // A cancellation is the first half of an amendment, unless a newer version has made the second half needless.
      return step.action === 'NEWT' || !wanted.isReportable;
    case 'rejected':
    case 'dead_lettered':
      return !(wanted.again && newest <= wanted.version);
  }
}

function nextStep(steps: readonly PlacedStep[], wanted: Wanted): Next {
  const seq = steps.length + 1;
  const standing = standingReport(steps);
  if (wanted.isReportable) {
    const cancels = wanted.amendments === 'cancel_then_new' ? standing : null;
    return { do: 'claim', seq, action: cancels === null ? 'NEWT' : 'CANC', cancels };
  }
  if (standing !== null) return { do: 'claim', seq, action: 'CANC', cancels: standing };
  // Nothing is older than a new trade. Of all others an older version may come late, and must not be reported then.
  return wanted.status === 'NEW' ? { do: 'nothing' } : { do: 'mark', seq };
}

/** The report that counts at the regulator now: the last accepted one that was not taken back. */
export function standingReport(steps: readonly PlacedStep[]): PlacedStep | null {
  let standing: PlacedStep | null = null;
  for (const placed of steps) {
    if (placed.end?.state === 'accepted') standing = placed.step.action === 'NEWT' ? placed : null;
  }
  return standing;
}

function maximum(left: bigint, right: bigint): bigint {
  return left > right ? left : right;
}

/** What a person wants to know of all ledgers: how reports stand by regime, what is open and due next, what failed. Bounded, whatever the ledgers hold. */
import type { LedgersState, ReportStanding } from './read-state.ts';
import { ENDED_STATES, type ReportState } from '../../core/reports/report-state.ts';

/** Of each list. */
const LISTED_MAX = 50;

export interface OpenReport {
  readonly report_id: string;
  readonly state: ReportState;
  readonly due_at: string | null;
  /** Negative when it is late; null before it was claimed. */
  readonly minutes_left: number | null;
  readonly codes: readonly string[];
  readonly reason: string | null;
}

export interface StateSummary {
  readonly instances: number;
  readonly entries: number;
  readonly events: { readonly received: number; readonly finished: number; readonly open: number };
  readonly regimes: readonly {
    readonly regime: string;
    readonly states: Readonly<Partial<Record<ReportState, number>>>;
    readonly late: number;
  }[];
  /** Not ended, those that are due first. */
  readonly open: readonly OpenReport[];
  /** Ended without being accepted: rejected, invalid, dead-lettered. */
  readonly failed: readonly OpenReport[];
  readonly contradicted: number;
  readonly refused: Readonly<Record<string, number>>;
}

const FAILED: ReadonlySet<ReportState> = new Set<ReportState>(['rejected', 'invalid', 'dead_lettered']);

/** `now` is ISO 8601 UTC with 6 digits. */
export function summariseState(state: LedgersState, now: string): StateSummary {
  const events = { received: 0, finished: 0, open: 0 };
  for (const event of state.events()) {
    events.received += 1;
    if (event.is_finished) events.finished += 1;
    else events.open += 1;
  }
  const regimes = new Map<string, { states: Partial<Record<ReportState, number>>; late: number }>();
  const open: OpenReport[] = [];
  const failed: OpenReport[] = [];
  let contradicted = 0;
  for (const report of state.reports()) {
    const regime = regimes.get(report.regime) ?? { states: {}, late: 0 };
    regimes.set(report.regime, regime);
    regime.states[report.state] = (regime.states[report.state] ?? 0) + 1;
    if (isLate(report, now)) regime.late += 1;
    contradicted += report.contradicted;
    if (!ENDED_STATES.has(report.state)) keepFirst(open, openReport(report, now));
    else if (FAILED.has(report.state)) keepFirst(failed, openReport(report, now));
  }
  return {
    instances: state.instances,
    entries: state.entries,
    events,
    regimes: [...regimes].sort(([left], [right]) => (left < right ? -1 : 1)).map(([regime, counts]) => ({ regime, ...counts })),
    open,
    failed,
    contradicted,
    refused: state.refused,
  };
}

/** Accepted behind its deadline, or open behind it. */
function isLate({ state, due_at: dueAt, accepted_at: acceptedAt }: ReportStanding, now: string): boolean {
  if (dueAt === null) return false;
  return state === 'accepted' ? (acceptedAt ?? now) > dueAt : !ENDED_STATES.has(state) && now > dueAt;
}

function openReport({ report_id, state, due_at, codes, reason }: ReportStanding, now: string): OpenReport {
  const minutesLeft = due_at === null ? null : Math.floor((Date.parse(due_at) - Date.parse(now)) / 60_000);
  return { report_id, state, due_at, minutes_left: minutesLeft, codes, reason };
}

/** The first ones by deadline; without one they come last. */
function keepFirst(list: OpenReport[], report: OpenReport): void {
  const key = ({ due_at: dueAt, report_id: id }: OpenReport): string => `${dueAt ?? '~'} ${id}`;
  const at = list.findIndex((other) => key(report) < key(other));
  if (at >= 0) list.splice(at, 0, report);
  else if (list.length < LISTED_MAX) list.push(report);
  if (list.length > LISTED_MAX) list.pop();
}

/** `markets audit verify`: the chain of events, every digest in it, and the conservation of every load, all recomputed from what lies there. */
import { isMarketsError } from '../../core/errors/markets-error.ts';
import { readEventLog, type EventLog } from '../../core/events/event-log.ts';
import { verifyChain } from '../../core/events/verify-chain.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import type { AuditProblem } from './audit-problem.ts';
import { checkConservation } from './check-conservation.ts';
import { checkSlices } from './check-slices.ts';
import { checkObjects, type KeptDays } from './check-objects.ts';

export interface AuditResult {
  readonly runs: number;
  readonly events: number;
  /** Events of holders who had lost the lease: on the disk, and nobody reads them. */
  readonly ignored_events: number;
  readonly loads: number;
  readonly objects: number;
  readonly bytes: number;
  /** Objects that the store removed when their time was over; the archive has what they were made from. */
  readonly expired_objects: number;
  /** The end of the chain. Kept elsewhere, it proves later that nothing was cut off the end. */
  readonly head: { readonly run_id: string; readonly hash: string } | null;
  readonly problems: readonly AuditProblem[];
}

export interface AuditOptions {
  /** A head that was kept elsewhere: it must still be a closing event of the chain. */
  readonly keptHead?: string;
  /** Days that a top folder keeps its objects; one that is not named keeps them for ever. */
  readonly keptDays?: KeptDays;
  readonly progress?: (done: number, total: number) => void;
}

export async function verifyAudit(store: ObjectStore, options: AuditOptions = {}): Promise<AuditResult> {
  let log: EventLog;
  try {
    log = await readEventLog(store);
  } catch (error) {
    if (!isMarketsError(error, 'EVENTS_CHAIN')) throw error;
    return unreadable(error.message, error.place?.file ?? 'control/events', error.expected ?? null, error.found ?? null);
  }
  const events = log.runs.flatMap((run) => run.events);
  const checked = await checkObjects(store, events, {
    keptDays: options.keptDays ?? {},
    progress: options.progress ?? (() => undefined),
  });
  const last = log.runs.at(-1);
  return {
    runs: log.runs.length,
    events: events.length,
    ignored_events: log.ignored.length,
    loads: new Set(events.filter((event) => event.type === 'file_validated').map((event) => event.load_id)).size,
    objects: checked.objects,
    bytes: checked.bytes,
    expired_objects: checked.expired,
    head: last === undefined ? null : { run_id: last.run_id, hash: last.events.at(-1)?.hash ?? '' },
    problems: [
      ...verifyChain(log),
      ...headProblems(log, options.keptHead),
      ...checked.problems,
      ...(await checkConservation(store, events)),
      ...checkSlices(events),
    ],
  };
}

function headProblems(log: EventLog, keptHead: string | undefined): readonly AuditProblem[] {
  if (keptHead === undefined || log.runs.some((run) => run.events.some((event) => event.hash === keptHead))) return [];
  return [{ where: 'control/events', problem: 'The kept head is not part of the chain any more.', expected: keptHead, found: null }];
}

function unreadable(problem: string, where: string, expected: string | null, found: string | null): AuditResult {
  const none = { runs: 0, events: 0, ignored_events: 0, loads: 0, objects: 0, bytes: 0, expired_objects: 0 };
  return { ...none, head: null, problems: [{ where, problem, expected, found }] };
}

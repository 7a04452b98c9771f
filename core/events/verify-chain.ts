/** Recomputes the chain of events: every hash, every link, every head that a later run or the run's own end names. */
import type { AnyEvent } from './event.ts';
import { eventHash } from './event-hash.ts';
import type { EventLog, RunLog } from './event-log.ts';

export interface ChainProblem {
  /** Where to look: an event, a run or an object. */
  readonly where: string;
  readonly problem: string;
  readonly expected: string | null;
  readonly found: string | null;
}

/** [] where the chain holds. Pure; the log says which events count, and those that do not are not judged. */
export function verifyChain(log: EventLog): readonly ChainProblem[] {
  return log.runs.flatMap((run, index) => [
    ...run.events.flatMap(eventProblems),
    ...repeatedIds(run),
    ...linkProblems(run, log.runs[index - 1]),
  ]);
}

function eventProblems(event: AnyEvent): readonly ChainProblem[] {
  const found = eventHash(event);
  if (found === event.hash) return [];
  return [{ where: nameOf(event), problem: 'An event is not what its hash says.', expected: event.hash, found }];
}

function repeatedIds(run: RunLog): readonly ChainProblem[] {
  const seen = new Set<string>();
  return run.events.flatMap((event) => {
    if (!seen.has(event.event_id)) {
      seen.add(event.event_id);
      return [];
    }
    return [{ where: nameOf(event), problem: 'Two events have one event_id.', expected: 'an id of its own', found: event.event_id }];
  });
}

/** What the run says about its own end and about the run before it. */
function linkProblems(run: RunLog, before: RunLog | undefined): readonly ChainProblem[] {
  const problems: ChainProblem[] = [];
  const { previous } = run.started.data;
  if (before === undefined && previous !== null) {
    problems.push({ where: `run ${run.run_id}`, problem: 'The run before is not there.', expected: previous.run_id, found: null });
  }
  const closing = before?.finished?.hash ?? null;
  if (before !== undefined && previous !== null && previous.closing_hash !== closing) {
    const expected = previous.closing_hash;
    problems.push({ where: `run ${run.run_id}`, problem: 'The run before ended otherwise than this one says.', expected, found: closing });
  }
  // Where the run before is not there, that alone is the problem.
  if (run.finished !== null)
    problems.push(...endProblems(run, run.finished, before === undefined ? (previous?.closing_hash ?? null) : closing));
  return problems;
}

function endProblems(run: RunLog, finished: NonNullable<RunLog['finished']>, closing: string | null): readonly ChainProblem[] {
  const where = `run ${run.run_id}`;
  const problems: ChainProblem[] = [];
  if (finished.data.previous_closing_hash !== closing) {
    const problem = 'The closing event names another end of the run before.';
    problems.push({ where, problem, expected: finished.data.previous_closing_hash, found: closing });
  }
  for (const head of finished.data.heads) {
    const event = run.events.find((one) => one.writer === head.writer && one.seq === head.seq);
    if (event?.hash === head.hash) continue;
    problems.push({
      where,
      problem: `The chain ${head.writer} has another event ${head.seq}.`,
      expected: head.hash,
      found: event?.hash ?? null,
    });
  }
  return problems;
}

function nameOf(event: AnyEvent): string {
  return `event ${event.run_id}/${event.writer}/${event.seq} (${event.type})`;
}

/** The lane's state from the store: every event that counts, folded in order. */
import { MarketsError } from '../../core/errors/markets-error.ts';
import { readEventLog, type EventLog } from '../../core/events/event-log.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { applyEvent } from './apply-event.ts';
import { emptyState, type LaneState } from './lane-state.ts';

export async function loadState(store: ObjectStore): Promise<LaneState> {
  const log = await readEventLog(store);
  const missing = log.runs[0]?.started.data.previous;
  if (missing !== null && missing !== undefined) {
    throw new MarketsError('EVENTS_CHAIN', `The events of the run ${missing.run_id} are not there.`, {
      expected: 'every run since the first',
      next: 'Run `markets audit verify`, and restore control/events from a copy; nothing is run on half a history.',
    });
  }
  return foldLog(log);
}

export function foldLog(log: EventLog): LaneState {
  const state = emptyState();
  for (const run of log.runs) {
    for (const event of run.events) applyEvent(state, event);
    // The heads as they stand, also of a run that crashed.
    if (state.last_run?.run_id === run.run_id) state.last_run = { ...state.last_run, heads: run.heads };
  }
  return state;
}

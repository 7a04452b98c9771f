/** The lane's state from the store: the newest checkpoint that the chain confirms, and every event that counts after it. */
import { MarketsError } from '../../core/errors/markets-error.ts';
import { readEventLog, type EventLog, type RunLog } from '../../core/events/event-log.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { applyEvent } from './apply-event.ts';
import { placeInLog, readCheckpoint } from './checkpoint.ts';
import { emptyState, type LaneState } from './lane-state.ts';

export async function loadState(store: ObjectStore): Promise<LaneState> {
  return (await loadStateCounted(store)).state;
}

/** Also how many events were folded: what the next checkpoint would save. */
export async function loadStateCounted(store: ObjectStore): Promise<{ readonly state: LaneState; readonly folded: number }> {
  const checkpoint = await readCheckpoint(store);
  if (checkpoint !== null) {
    const { runs } = await readEventLog(store, checkpoint.date);
    const place = placeInLog(checkpoint, runs);
    if (place >= 0) {
      const later = runs.slice(place + 1);
      return { state: fold(checkpoint.state, later), folded: countOf(later) };
    }
  }
  const log = await readEventLog(store);
  const missing = log.runs[0]?.started.data.previous;
  if (missing !== null && missing !== undefined) {
    throw new MarketsError('EVENTS_CHAIN', `The events of the run ${missing.run_id} are not there.`, {
      expected: 'every run since the first',
      next: 'Run `markets audit verify`, and restore control/events from a copy; nothing is run on half a history.',
    });
  }
  return { state: foldLog(log), folded: countOf(log.runs) };
}

export function foldLog(log: EventLog): LaneState {
  return fold(emptyState(), log.runs);
}

function fold(state: LaneState, runs: readonly RunLog[]): LaneState {
  for (const run of runs) {
    for (const event of run.events) applyEvent(state, event);
    // The heads as they stand, also of a run that crashed.
    if (state.last_run?.run_id === run.run_id) state.last_run = { ...state.last_run, heads: run.heads };
  }
  return state;
}

function countOf(runs: readonly RunLog[]): number {
  return runs.reduce((sum, run) => sum + run.events.length, 0);
}

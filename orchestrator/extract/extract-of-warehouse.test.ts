import { expect, test } from 'vitest';
import type { AnyEvent, EventData } from '../../core/events/event.ts';
import { applyEvent } from '../state/apply-event.ts';
import { emptyState, type LaneState } from '../state/lane-state.ts';
import { dueExtracts } from './extract-of-warehouse.ts';
import { extractNames } from './extract-names.ts';
import type { ExtractFormat } from './extract-format.ts';

const AT_SIX = { at: '18:00', timezone: 'UTC' };

/** A lane that is there since Monday and has built its warehouse. */
function laneAt(now: string, state: LaneState): Parameters<typeof dueExtracts>[0] {
  const data = {} as EventData['spec_loaded'];
  state.specs.set('trades', { first_at: '2023-01-30T06:00:00.000000Z', data });
  state.last_dbt = { at: '2023-01-30T06:00:00.000000Z', status: 'ok' };
  return { state, clock: { now: () => now } } as Parameters<typeof dueExtracts>[0];
}

function written(state: LaneState, at: string, format: ExtractFormat): void {
  const date = '2023-01-30';
  const data = { date, as_of: at, ...extractNames(date, format, 1), rows: 1, bytes: 1, sha256: '', uncompressed_sha256: '', revision: 1 };
  applyEvent(state, { type: 'extract_written', at, data, run_id: 'r', load_id: null, source: null } as AnyEvent);
}

test('an extract is due when its time has passed, once', () => {
  const state = emptyState();
  expect(dueExtracts(laneAt('2023-01-30T17:59:59.999999Z', state), AT_SIX)).toEqual([]);
  expect(dueExtracts(laneAt('2023-01-30T18:00:00.000000Z', state), AT_SIX)).toEqual(['2023-01-30']);
  written(state, '2023-01-30T18:00:00.000000Z', 'jsonl');
  expect(dueExtracts(laneAt('2023-01-30T18:00:01.000000Z', state), AT_SIX)).toEqual([]);
});

test('one that was made by hand before it was due, or in another format, is not the one that is due', () => {
  const state = emptyState();
  written(state, '2023-01-30T12:00:00.000000Z', 'jsonl');
  written(state, '2023-01-30T18:30:00.000000Z', 'csv');
  expect(dueExtracts(laneAt('2023-01-30T19:00:00.000000Z', state), AT_SIX)).toEqual(['2023-01-30']);
});

import { expect, test } from 'vitest';
import { readEventLog } from '../../core/events/event-log.ts';
import { laneBench } from '../test-support/lane-bench.ts';
import { laneSpec } from '../test-support/lane-spec.ts';
import { foldLog, loadStateCounted } from './load-state.ts';

const SPECS = [laneSpec({ expectations: { expected_by: { time: '07:00', timezone: 'UTC' } } })];
const HOUR = (hour: number): string => `2023-01-30T${String(hour).padStart(2, '0')}:00:00.000000Z`;

async function busyLane(checkpointEvery: number) {
  const lane = laneBench();
  for (let hour = 5; hour < 12; hour++) {
    await lane.drop(`trades/t_20230130_${hour % 3}.csv`, ['id', String(hour), ...(hour % 2 === 0 ? ['BAD'] : [])]);
    await lane.run(HOUR(hour), SPECS, { checkpointEvery });
  }
  return lane;
}

test('the state from a checkpoint is the state from all events', async () => {
  const lane = await busyLane(1);
  expect((await lane.names('control/checkpoints/')).length).toBe(7);
  const { state, folded } = await loadStateCounted(lane.store);
  expect(folded).toBe(0);
  expect(state).toEqual(foldLog(await readEventLog(lane.store)));
});

test('checkpoints are made as seldom as they are worth it, and runs go on from them', async () => {
  const lane = await busyLane(20);
  const checkpoints = await lane.names('control/checkpoints/');
  expect(checkpoints.length).toBeGreaterThan(0);
  expect(checkpoints.length).toBeLessThan(4);
  expect((await loadStateCounted(lane.store)).state).toEqual(foldLog(await readEventLog(lane.store)));
});

test('a checkpoint that the chain does not confirm is passed over', async () => {
  const lane = await busyLane(1);
  const newest = (await lane.names('control/checkpoints/')).at(-1) ?? '';
  const text = (await lane.store.read(newest)).toString();
  const last = foldLog(await readEventLog(lane.store)).last_run?.closing_hash ?? '';
  await lane.store.write(newest, Buffer.from(text.replaceAll(last, 'f'.repeat(64))), { overwrite: true });
  const { state, folded } = await loadStateCounted(lane.store);
  expect(folded).toBeGreaterThan(10);
  expect(state).toEqual(foldLog(await readEventLog(lane.store)));
});

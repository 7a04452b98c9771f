/** A morning of a lane on which everything happens, and what users of the lane see of it in the end. */
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { laneBench, type LaneBench } from './lane-bench.ts';
import { laneSpec } from './lane-spec.ts';

const CONTROLLED = laneSpec({ name: 'fills', control: { pattern: '{filename}.ctl' } });
export const MORNING_SPECS = [laneSpec(), CONTROLLED];
const CONTROL = { ifAbsent: true } as const;

/**
 * A morning with everything in it: good, bad, failed, equal and resupplied files, control files, one nobody claims. Of two equal files one is the
 * duplicate of the other: of the day before where a file may fail for a while (so that it is always this one), else of the same morning.
 */
export async function prepareMorning(
  store: ObjectStore,
  equalTo: 'this morning' | 'an earlier day' = 'this morning',
): Promise<ObjectStore> {
  const lane = laneBench(store);
  if (equalTo === 'an earlier day') await lane.drop('trades/t_20230126.csv', ['id', '7', 'BAD']);
  await lane.drop('trades/t_20230127.csv', ['id', '1', '2']);
  await lane.run('2023-01-27T18:00:00.000000Z', MORNING_SPECS);
  await lane.drop('trades/t_20230127.csv', ['id', '1', '2', '3']);
  await lane.drop('trades/t_20230130.csv', ['id', '1', 'BAD', '2']);
  if (equalTo === 'an earlier day') await lane.drop('trades/t_20230126_again.csv', ['id', '7', 'BAD']);
  else await lane.drop('trades/t_20230130_again.csv', ['id', '1', 'BAD', '2']);
  await lane.drop('trades/t_20230130_torn.csv', ['id', 'FAIL']);
  await lane.drop('fills/t_20230130.csv', ['id', '1']);
  await store.write('landing/fills/t_20230130.ctl', Buffer.from('1'), CONTROL);
  await lane.drop('fills/t_20230131.csv', ['id', '1']);
  await lane.drop('nobody/knows', ['?']);
  return store;
}

/** What users of the lane see, without what differs from run to run. */
export async function endState(lane: LaneBench): Promise<unknown> {
  const published = (await lane.eventsOf('load_published')).map(({ load_id, data }) => [
    load_id,
    data.object,
    data.version,
    data.rows,
    data.supersedes,
  ]);
  const archived = (await lane.eventsOf('object_archived')).map(({ data }) => [data.object, data.archived_as, data.sha256, data.role]);
  const alerts = (await lane.eventsOf('alert_opened')).map(({ data }) => [data.alert_id, data.kind, data.object]);
  const duplicates = (await lane.eventsOf('duplicate_ignored')).map(({ data }) => data.object);
  const failed = new Set(
    (await lane.eventsOf('file_validated')).filter(({ data }) => data.status === 'failed').map(({ load_id }) => load_id),
  );
  const sorted = (rows: readonly unknown[]): string[] => rows.map((row) => JSON.stringify(row)).sort();
  return {
    published: sorted(published),
    archived: sorted(archived),
    alerts: sorted(alerts),
    duplicates: sorted(duplicates),
    failed: sorted([...failed]),
    landing: await lane.names('landing/'),
    archive: await lane.names('archive/'),
    parts: await partsThatCount(lane),
  };
}

/** The bytes of every published part, with the digest that its event states. */
async function partsThatCount(lane: LaneBench): Promise<string[]> {
  const parts = (await lane.eventsOf('load_published')).flatMap(({ data }) => data.parts);
  const texts = await Promise.all(parts.map(async (part) => (await lane.store.read(part.object)).toString()));
  return texts.sort();
}

/** Whether the tables that subscriptions fill still hold every slice of a stream: their partitions live so many days. */
import { MarketsError } from '../../core/errors/markets-error.ts';
import type { LaneState } from '../state/lane-state.ts';
import { TABLE_DAYS } from '../streams/collect-standing.ts';
import { addHours } from '../time/instant.ts';

/** LANE_STAGING_GONE where a build that reads every load would find fewer messages than were published. */
export function requireStanding({ streams }: LaneState, now: string): void {
  const kept = addHours(now, -24 * TABLE_DAYS);
  const gone = [...streams].filter(([, { table_from: from }]) => from !== null && from < kept).map(([source]) => source);
  if (gone.length === 0) return;
  throw new MarketsError('LANE_STAGING_GONE', 'The warehouse cannot be built anew: messages of streams are gone from their tables.', {
    expected: `every published message in raw.<source>_stream_messages, which keeps ${String(TABLE_DAYS)} days`,
    found: `older slices of ${gone.toSorted().join(', ')}`,
    next: 'Leave the warehouse as it is, or restore it from its copy: streams cannot be staged again (docs/streaming.md).',
  });
}

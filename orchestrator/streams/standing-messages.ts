/** Messages that stand in a stream's table and are in no slice yet, asked from the warehouse. Reads only. */
import type { PartitionOffsetTexts } from '../../core/events/stream-event.ts';
import { MarketsError } from '../../core/errors/markets-error.ts';
import type { WarehouseReader, WarehouseRow } from '../../core/ports/warehouse-reader.ts';
import { printTimestamp } from '../../core/types/print-value.ts';
import { standingMessagesQuery } from '../../core/warehouse/standing-messages.ts';

export interface StandingQuestion {
  readonly source: string;
  /** Nothing that the bus took before is looked for. */
  readonly since: string;
  /** Offsets that are in a slice. */
  readonly told: readonly PartitionOffsetTexts[];
  readonly runsMax: number;
}

/** Messages at all offsets from the first to the last, both included. */
export interface StandingRun {
  readonly kafka_topic: string;
  readonly partition: number;
  readonly first: bigint;
  readonly last: bigint;
  /** When the bus took the first and the last of them; of a message that was delivered twice the first time counts. */
  readonly from: string;
  readonly at: string;
}

/** At most `runsMax`, the one with the oldest message first. Errors as of WarehouseReader.query. */
export async function askStandingMessages(
  openReader: () => Promise<WarehouseReader>,
  { source, since, told, runsMax }: StandingQuestion,
): Promise<readonly StandingRun[]> {
  const reader = await openReader();
  try {
    const runs: StandingRun[] = [];
    const sql = standingMessagesQuery(reader.dialect, { source, since, runsMax });
    for await (const batch of (await reader.query(sql, [JSON.stringify(told)])).batches) runs.push(...batch.map(runOf));
    return runs;
  } finally {
    reader.close();
  }
}

function runOf([topic, partition, first, last, from, at]: WarehouseRow): StandingRun {
  const isRun = [partition, first, last, from, at].every((value) => typeof value === 'bigint');
  if (!isRun || typeof topic !== 'string') {
    throw new MarketsError('WAREHOUSE_QUERY', 'The warehouse answered something that is no run of offsets.', {
      expected: 'a topic, a partition, two offsets and two instants',
      found: 'other columns',
    });
  }
  return {
    kafka_topic: topic,
    partition: Number(partition),
    first: first as bigint,
    last: last as bigint,
    from: printTimestamp(from as bigint),
    at: printTimestamp(at as bigint),
  };
}

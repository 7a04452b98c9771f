/**
 * Records of what bridges read that no event names. What two records tell of after a crash counts once: an event holds the offsets that no event before it
 * told of, and of them those that are to be in the warehouse.
 */
import { MarketsError } from '../../core/errors/markets-error.ts';
import type { StreamReadPartition, StreamReadRecord } from '../../core/events/stream-event.ts';
import {
  checksumOffsets,
  countOffsets,
  rangesAsTexts,
  rangesOfTexts,
  subtractRanges,
  unionRanges,
  type OffsetRanges,
} from '../../core/stream/offset-ranges.ts';
import { readReadRecord, type PartitionRead, type ReadRecord } from '../../core/stream/read-record.ts';
import type { AnyNewEvent } from '../run/journal.ts';
import type { Lane, LoadedSpec } from '../run/lane.ts';
import { keyOf } from '../state/lane-state.ts';
import { newReadRecords } from './new-read-records.ts';

/** Of one round; also bounds what one event holds. */
export const RECORDS_MAX = 500;

export async function collectReads(lane: Lane, { spec }: LoadedSpec): Promise<readonly AnyNewEvent[]> {
  const stream = lane.state.streams.get(spec.name);
  const names = await newReadRecords(lane.store, spec.name, stream?.reads ?? new Map<string, number>(), RECORDS_MAX);
  const known = new Map<string, OffsetRanges>([...(stream?.read ?? [])].map(([key, texts]) => [key, rangesOfTexts(texts)]));
  const read = new Map<string, { kafka_topic: string; writer: string; records: StreamReadRecord[] }>();
  for (const { name, writer, seq } of names) {
    const record = await readReadRecord(lane.store, name);
    if (record.source !== spec.name || record.writer !== writer || record.seq !== seq)
      throw contradiction(name, 'the record of another name');
    const key = keyOf(record.kafka_topic, writer);
    const event = read.get(key) ?? { kafka_topic: record.kafka_topic, writer, records: [] };
    event.records.push(recordOf(name, record, known));
    read.set(key, event);
  }
  return [...read.values()].map((data): AnyNewEvent => ({ type: 'stream_read', at: lane.clock.now(), source: spec.name, data }));
}

function recordOf(name: string, record: ReadRecord, known: Map<string, OffsetRanges>): StreamReadRecord {
  const { seq, from, at, published, dead_lettered, bytes } = record;
  const partitions = record.partitions.map((partition) => {
    const key = keyOf(record.kafka_topic, String(partition.partition));
    const told = known.get(key) ?? [];
    const { read, reading } = partitionOf(name, partition, told);
    known.set(key, unionRanges(told, read));
    return reading;
  });
  return { seq, from, at, published, dead_lettered, bytes, partitions };
}

function partitionOf(
  name: string,
  partition: PartitionRead,
  told: OffsetRanges,
): { readonly read: OffsetRanges; readonly reading: StreamReadPartition } {
  const read = rangesOfTexts(partition.ranges);
  const skipped = rangesOfTexts(partition.skipped);
  if (countOffsets(read) !== BigInt(partition.count) || checksumOffsets(read) !== partition.checksum) {
    throw contradiction(name, `count or checksum of partition ${String(partition.partition)} that its ranges do not have`);
  }
  const reading = {
    partition: partition.partition,
    offsets: rangesAsTexts(subtractRanges(subtractRanges(read, skipped), told)),
    read: partition.count,
    dead_lettered: Number(countOffsets(rangesOfTexts(partition.dead_lettered))),
    skipped: Number(countOffsets(skipped)),
    in_doubt: Number(countOffsets(rangesOfTexts(partition.in_doubt))),
    lag_messages: partition.lag_messages,
    lag_ms: partition.lag_ms,
  };
  return { read, reading };
}

function contradiction(name: string, found: string): MarketsError {
  return new MarketsError('STREAM_STATE', 'A record of what was read contradicts itself.', {
    expected: 'the count and the checksum of its ranges, and the source, writer and number of its name',
    found: `${name}: ${found}`,
    next: 'Restore the object from the copy of the bucket; nothing may change what lies under control/.',
  });
}

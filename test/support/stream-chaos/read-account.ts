/** What the bridges have written down of their reading: which offsets, and which of them may be on the bus twice. */
import type { ObjectStore } from '../../../core/ports/object-store.ts';
import { countOffsets, rangesOfTexts, unionRanges, type OffsetRanges } from '../../../core/stream/offset-ranges.ts';
import { listReadRecords, readReadRecord, type PartitionRead } from '../../../core/stream/read-record.ts';

export interface ReadAccount {
  /** Different offsets that were read, by partition. */
  readonly read: readonly number[];
  /** Of `places`, each `partition/offset`, those that no record names in doubt. */
  notInDoubt(places: readonly string[]): readonly string[];
}

export async function readAccount(store: ObjectStore, source: string, partitions: number): Promise<ReadAccount> {
  const reads: PartitionRead[] = [];
  for await (const name of listReadRecords(store, source)) reads.push(...(await readReadRecord(store, name)).partitions);
  const unions = (of: (read: PartitionRead) => PartitionRead['ranges']): readonly OffsetRanges[] =>
    Array.from({ length: partitions }, (_, partition) =>
      unionRanges(...reads.filter((read) => read.partition === partition).map((read) => rangesOfTexts(of(read)))),
    );
  const inDoubt = unions((read) => read.in_doubt);
  return {
    read: unions(({ ranges }) => ranges).map((ranges) => Number(countOffsets(ranges))),
    notInDoubt: (places) =>
      places.filter((place) => {
        const [partition, offset] = place.split('/').map(Number);
        const ranges = inDoubt[partition ?? -1] ?? [];
        return !ranges.some(([first, end]) => BigInt(offset ?? -1) >= first && BigInt(offset ?? -1) <= end);
      }),
  };
}

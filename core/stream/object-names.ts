/** Names of the objects that lane 2 keeps below the root. Every number in them has a fixed width, so that a listing is in order. */
const SEQ_DIGITS = 12;
const PARTITION_DIGITS = 5;
const OFFSET_DIGITS = 20;

/** One a process start: `<YYYYMMDDTHHMMSS>-<8 hex>`. `startedAt` is ISO 8601 UTC, `random` 8 lower-case hex digits. */
export function writerName(startedAt: string, random: string): string {
  return `${startedAt.slice(0, 19).replaceAll(/[-:]/g, '')}-${random}`;
}

export function seqText(seq: number): string {
  return String(seq).padStart(SEQ_DIGITS, '0');
}

export function partitionText(partition: number): string {
  return String(partition).padStart(PARTITION_DIGITS, '0');
}

export function offsetText(offset: bigint): string {
  return offset.toString().padStart(OFFSET_DIGITS, '0');
}

const STREAMS = 'control/streams';

/** What the bridge read, all writers of the source. */
export function readRecordsPrefix(source: string): string {
  return `${STREAMS}/${source}/reads/`;
}

export function readRecordName(source: string, writer: string, seq: number): string {
  return `${readRecordsPrefix(source)}${writer}/${seqText(seq)}.json`;
}

/** Raw bytes of a message that is too large for the dead-letter topic. */
export function oversizedName(source: string, topic: string, partition: number, offset: bigint): string {
  return `quarantine/${source}/stream=oversized/${topic}/${partitionText(partition)}-${offsetText(offset)}.bin`;
}

/** Who read a partition of the source's topic, one after another; see streaming/bridge/ownership.ts. */
export function ownersPrefix(source: string, topic: string, partition: number): string {
  return `${STREAMS}/${source}/owners/${topic}/${partitionText(partition)}/`;
}

export function ownerName(source: string, topic: string, partition: number, seq: number): string {
  return `${ownersPrefix(source, topic, partition)}${seqText(seq)}.json`;
}

/** Written when the owner has committed all that it read. */
export function releaseName(source: string, topic: string, partition: number, seq: number): string {
  return `${ownersPrefix(source, topic, partition)}${seqText(seq)}-released.json`;
}

/** Manifests of the sink: a chain without holes. */
export function batchesPrefix(source: string): string {
  return `${STREAMS}/${source}/batches/`;
}

export function batchName(source: string, seq: number): string {
  return `${batchesPrefix(source)}${seqText(seq)}.json`;
}

/** What the manifests up to `seq` say together. */
export function batchCheckpointName(source: string, seq: number): string {
  return `${STREAMS}/${source}/batch-checkpoints/${seqText(seq)}.json`;
}

/** Says that the batches up to `seq` are in the warehouse's tables, where a sink loads them there. */
export function batchLoadName(source: string, seq: number): string {
  return `${STREAMS}/${source}/batch-loads/${seqText(seq)}.json`;
}

export type PartKind = 'messages' | 'dead_letters';

/** `day` is YYYY-MM-DD. Lines of JSON are for a warehouse that loads no JSON column from Parquet. */
export function partName(
  source: string,
  kind: PartKind,
  day: string,
  seq: number,
  writer: string,
  format: 'parquet' | 'jsonl' = 'parquet',
): string {
  return `staging/${source}/stream=${kind}/${day}/${seqText(seq)}-${writer}.${format}`;
}

/** Manifests of the candles, by partition. */
export function candlesPrefix(source: string): string {
  return `${STREAMS}/${source}/candles/`;
}

export function candleManifestName(source: string, partition: number, seq: number): string {
  return `${candlesPrefix(source)}${partitionText(partition)}/${seqText(seq)}.json`;
}

export function candlePartName(source: string, day: string, partition: number, seq: number, writer: string): string {
  return `staging/${source}/stream=candles/${day}/${partitionText(partition)}-${seqText(seq)}-${writer}.parquet`;
}

/** Live findings of quality, by partition. */
export function findingsPrefix(source: string): string {
  return `${STREAMS}/${source}/findings/`;
}

export function findingsManifestName(source: string, partition: number, seq: number): string {
  return `${findingsPrefix(source)}${partitionText(partition)}/${seqText(seq)}.json`;
}

export function findingsStateName(source: string, partition: number, seq: number, writer: string): string {
  return `${findingsPrefix(source)}state/${partitionText(partition)}/${seqText(seq)}-${writer}.json`;
}

export function findingsPartName(source: string, day: string, partition: number, seq: number, writer: string): string {
  return `staging/${source}/stream=findings/${day}/${partitionText(partition)}-${seqText(seq)}-${writer}.parquet`;
}

/** Borders of the files that a stream of low volume is cut into. */
export function landingBatchesPrefix(source: string, topic: string, partition: number): string {
  return `${STREAMS}/${source}/landing/${topic}/${partitionText(partition)}/`;
}

export function landingBatchName(source: string, topic: string, partition: number, first: bigint): string {
  return `${landingBatchesPrefix(source, topic, partition)}${offsetText(first)}.json`;
}

/** Written when the file of the border is durable: it may be gone from landing/ by then. */
export function landedName(source: string, topic: string, partition: number, first: bigint): string {
  return `${landingBatchesPrefix(source, topic, partition)}${offsetText(first)}-landed.json`;
}

/** States of a source's history. */
export function historyManifestName(source: string, seq: number): string {
  return `${STREAMS}/${source}/history/${seqText(seq)}.json`;
}

/** `day` is YYYY-MM-DD; `name` without folder and ending. */
export function historyFileName(source: string, day: string, name: string): string {
  const [year = '', month = '', date = ''] = day.split('-');
  return `history/${source}/year=${year}/month=${month}/day=${date}/${name}.parquet`;
}

/** What bridge and sink of one source leave in a store, written by a test: records of what was read, and batches with their parts. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ParquetWriter } from '../../core/engine/parquet/parquet-writer.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import type { SourceSpec } from '../../core/spec/source-spec.ts';
import { batchBytes, type BatchManifest } from '../../core/stream/batch-manifest.ts';
import { sha256Of } from '../../core/stream/sha256-of.ts';
import { batchName, partName, type PartKind } from '../../core/stream/object-names.ts';
import {
  checksumOffsets,
  countOffsets,
  rangesAsTexts,
  unionRanges,
  type OffsetRange,
  type OffsetRanges,
} from '../../core/stream/offset-ranges.ts';
import { writeReadRecord, type PartitionRead } from '../../core/stream/read-record.ts';
import { readValue } from '../../core/types/read-value.ts';

const WRITER = '20230130T120000-0123abcd';
const TEXT = { kind: 'STRING' } as const;
const ENVELOPE = [
  { name: 'subscription_name', type: TEXT, repeated: false },
  { name: 'message_id', type: TEXT, repeated: false },
  { name: 'publish_time', type: { kind: 'TIMESTAMP' }, repeated: false },
  { name: 'data', type: { kind: 'BYTES' }, repeated: false },
  { name: 'attributes', type: { kind: 'JSON' }, repeated: false },
] as const;

export interface StreamMessage {
  readonly partition?: number;
  readonly offset: number;
  /** Members of the checked record; a text is the bytes of a dead letter. */
  readonly record: Readonly<Record<string, string | boolean>> | string;
  readonly codes?: string;
}

export interface StreamRead {
  readonly partition?: number;
  /** Ranges, both ends included. */
  readonly ranges: readonly (readonly [number, number])[];
  readonly skipped?: readonly (readonly [number, number])[];
  readonly lag_ms?: number;
}

export class CommittedStream {
  private readonly store: ObjectStore;
  private readonly spec: SourceSpec;
  private before: string | null = null;
  private batches = 0;
  private readonly reads = new Map<string, number>();

  constructor(store: ObjectStore, spec: SourceSpec) {
    this.store = store;
    this.spec = spec;
  }

  get topic(): string {
    return this.spec.stream?.kafka_topic ?? '';
  }

  async read(at: string, reads: readonly StreamRead[], writer = WRITER): Promise<void> {
    const seq = (this.reads.get(writer) ?? 0) + 1;
    this.reads.set(writer, seq);
    const partitions = reads.map((read): PartitionRead => {
      const ranges = runs(read.ranges);
      return {
        partition: read.partition ?? 0,
        ranges: rangesAsTexts(ranges),
        count: Number(countOffsets(ranges)),
        checksum: checksumOffsets(ranges),
        dead_lettered: [],
        skipped: rangesAsTexts(runs(read.skipped ?? [])),
        in_doubt: [],
        lag_messages: 0,
        lag_ms: read.lag_ms ?? 0,
      };
    });
    const published = partitions.reduce((sum, { count }) => sum + count, 0);
    const { name: source, spec_version } = this.spec;
    const frame = { writer, seq, at, from: at, source, kafka_topic: this.topic, spec_version };
    const latency = { p50: 1, p99: 2 };
    await writeReadRecord(this.store, {
      ...frame,
      partitions,
      published,
      dead_lettered: 0,
      bytes: 100 * published,
      publish_latency_ms: latency,
    });
  }

  /** One batch, whose messages the bus took at `at`. */
  async batch(at: string, messages: readonly StreamMessage[]): Promise<void> {
    this.batches += 1;
    const parts: BatchManifest['parts'] = [];
    const offsets: BatchManifest['offsets'] = [];
    for (const kind of ['messages', 'dead_letters'] as const) {
      const own = messages.filter(({ record }) => (typeof record === 'string') === (kind === 'dead_letters'));
      if (own.length === 0) continue;
      const object = partName(this.spec.name, kind, at.slice(0, 10), this.batches, WRITER);
      const bytes = await this.partBytes(at, own);
      await this.store.write(object, bytes, { ifAbsent: true });
      parts.push({ object, kind, rows: own.length, bytes: bytes.length, sha256: sha256Of(bytes) });
      offsets.push(...this.offsetsOf(own, kind));
    }
    const [first] = parts;
    if (first === undefined) throw new Error('a batch is not empty');
    const manifest: BatchManifest = {
      ...{ seq: this.batches, writer: WRITER, at, source: this.spec.name, kind: parts.length === 2 ? 'both' : first.kind, parts, offsets },
      ...{ unplaced: [], min_publish_time: at, max_publish_time: at, duplicates_dropped: 0, prev_sha256: this.before },
    };
    const bytes = batchBytes(manifest);
    await this.store.write(batchName(this.spec.name, this.batches), bytes, { ifAbsent: true });
    this.before = sha256Of(bytes);
  }

  private offsetsOf(messages: readonly StreamMessage[], kind: PartKind): BatchManifest['offsets'] {
    const partitions = [...new Set(messages.map(({ partition = 0 }) => partition))].sort();
    return partitions.map((partition) => {
      const own = messages.filter((message) => (message.partition ?? 0) === partition);
      const ranges = runs(own.map(({ offset }) => [offset, offset] as const));
      return { kind, kafka_topic: this.topic, partition, ranges: rangesAsTexts(ranges) };
    });
  }

  private async partBytes(at: string, messages: readonly StreamMessage[]): Promise<Buffer> {
    const folder = await mkdtemp(join(tmpdir(), 'stream-part-'));
    const path = join(folder, 'part.parquet');
    const time = readValue({ kind: 'TIMESTAMP' }, at);
    if (!('value' in time)) throw new Error(`${at} is no instant`);
    const writer = new ParquetWriter(path, ENVELOPE);
    for (const { partition = 0, offset, record, codes } of messages) {
      const attributes = {
        ...{ source: this.spec.name, kafka_topic: this.topic, kafka_partition: String(partition), kafka_offset: String(offset) },
        ...{ kafka_timestamp: at, schema_version: '1', spec_version: this.spec.spec_version },
        ...(codes === undefined ? {} : { codes, finding_count: '1', findings: '[]', reason: 'refused' }),
      };
      const data = typeof record === 'string' ? record : JSON.stringify(record);
      writer.append(['sink', `m${String(partition)}-${String(offset)}`, time.value, Buffer.from(data), JSON.stringify(attributes)]);
    }
    writer.finish();
    const bytes = await readFile(path);
    await rm(folder, { recursive: true });
    return bytes;
  }
}

function runs(ranges: readonly (readonly [number, number])[]): OffsetRanges {
  return unionRanges(ranges.map(([first, last]): OffsetRange => [BigInt(first), BigInt(last)]));
}

/**
 * One partition that this process reads: its candles, what was told and not committed yet, and its chain of manifests. Messages are taken in order;
 * a message below the position is one that is in the state already.
 */
import type { BusPublisher } from '../../core/ports/message-bus.ts';
import { commitCandles, type CandleManifest } from '../../core/stream/candle-manifest.ts';
import { candlePartName } from '../../core/stream/object-names.ts';
import { sha256Of } from '../../core/stream/sha256-of.ts';
import { printTimestamp } from '../../core/types/print-value.ts';
import { StateObjects } from '../consume/partition-state.ts';
import type { CommitOutcome, StatefulPartition } from '../consume/stateful-reader.ts';
import type { Candle } from './candle.ts';
import type { CandleOptions } from './candle-options.ts';
import { candlePart } from './candle-output.ts';
import { requireTradeColumns } from './trade-columns.ts';
import type { CandleParts } from './candle-parts.ts';
import { CandlePublisher } from './candle-publisher.ts';
import { encodeSegment, encodeState, stateOf, type SegmentReference } from './candle-state.ts';
import { loadCandles, stateName, type PartitionPlace } from './candle-store.ts';
import { exactOffset } from './exact-offset.ts';
import { PartitionCandles } from './partition-candles.ts';

/** Above this the keys are written anew as one segment. */
const SEGMENTS_MAX = 48;

export class CandlePartition implements StatefulPartition {
  readonly place: PartitionPlace;
  readonly candles: PartitionCandles;
  readonly publisher: CandlePublisher;
  /** Offset of the newest message that is in the state. A number, as a bigint a message would cost more than its trade. */
  last: number;
  refused = 0;
  /** Good messages that are no trade. */
  other = 0;
  /** The log's time of the newest message. */
  newestTimestampMs = 0;
  committedPosition: bigint;
  private readonly parts: CandleParts;
  private seq: number;
  private told: Candle[] = [];
  private segments: readonly SegmentReference[];
  private readonly stateObjects: StateObjects;

  private constructor(parts: CandleParts, place: PartitionPlace, loaded: Loaded, publisher: CandlePublisher) {
    this.parts = parts;
    this.place = place;
    this.candles = loaded.candles;
    this.publisher = publisher;
    this.last = exactOffset(loaded.position) - 1;
    this.committedPosition = loaded.position;
    this.seq = loaded.seq;
    this.refused = loaded.refused;
    this.other = loaded.other;
    this.segments = loaded.segments;
    this.stateObjects = new StateObjects(parts.store, parts.logger, place, loaded.stateObject);
  }

  /** From the newest manifest; where there is none, from `first`. What was committed and perhaps not published is published. */
  static async open(parts: CandleParts, place: PartitionPlace, options: CandleOptions, bus: BusPublisher): Promise<CandlePartition> {
    const loaded = await loadCandles(parts.store, place, options);
    const publisher = new CandlePublisher(bus, place, parts.time, parts.logger);
    if (loaded === null) return new CandlePartition(parts, place, nothingYet(options), publisher);
    const { manifest, state, candles } = loaded;
    const { seq, position } = manifest;
    const { refused, other, segments } = state;
    publisher.add(state.outbox);
    const kept = { candles, seq, position: BigInt(position), refused, other, segments, stateObject: manifest.state.object };
    return new CandlePartition(parts, place, kept, publisher);
  }

  get position(): bigint | undefined {
    return this.seq > 0 || this.last >= 0 ? this.next : undefined;
  }

  /** The message is in the state: the next one is behind it. */
  took(offset: number, timestampMs: number): void {
    this.last = offset;
    this.newestTimestampMs = timestampMs;
  }

  /** What closed or was corrected; it is written with the next commit. */
  tell(isProvisional: boolean): readonly Candle[] {
    const told = this.candles.drain(isProvisional);
    if (told.length > 0) this.told.push(...told);
    return told;
  }

  get hasChanges(): boolean {
    return this.next > this.committedPosition || this.told.length > 0;
  }

  async commit(): Promise<CommitOutcome> {
    if (!this.hasChanges) return 'nothing';
    const { store, spec, writer } = this.parts;
    const seq = this.seq + 1;
    const { told, next: position } = this;
    this.told = [];
    const snapshot = this.snapshot(seq, told);
    const at = printTimestamp(BigInt(this.parts.time.nowMs()) * 1000n);
    const state = await encodeState(snapshot.state);
    if (snapshot.keys !== null) await this.put(snapshot.keys.object, await encodeSegment(snapshot.keys.segment));
    const stateObject = stateName(this.place, seq, writer, 'state');
    await this.put(stateObject, state);
    const manifest: CandleManifest = {
      seq,
      writer,
      at,
      source: this.place.source,
      spec_version: spec.spec_version,
      kafka_topic: requireTradeColumns(spec).stream.kafka_topic,
      partition: this.place.partition,
      position: position.toString(),
      watermark: momentOf(snapshot.state.watermarkUs),
      state: { object: stateObject, sha256: sha256Of(state) },
      parts: await this.writePart(seq, at, told),
      counts: { ...snapshot.state.counts, refused: snapshot.state.refused, other: snapshot.state.other },
    };
    if ((await commitCandles(store, manifest)) === 'taken') return 'taken';
    this.seq = seq;
    this.committedPosition = position;
    this.publisher.add(told);
    await this.stateObjects.committed(stateObject, snapshot.dropped);
    return 'committed';
  }

  /** Taken at once, so that messages may go on while it is written. */
  private snapshot(seq: number, told: readonly Candle[]): Snapshot {
    const { keys } = this.candles;
    const alive = this.segments.filter(({ newestSecond }) => newestSecond >= keys.floorSecond);
    const isAnew = alive.length >= SEGMENTS_MAX;
    const segment = keys.take(isAnew ? 'all' : 'new');
    const object = stateName(this.place, seq, this.parts.writer, 'keys');
    const newest = segment.seconds.reduce((most, second) => Math.max(most, second), Number.NEGATIVE_INFINITY);
    const fresh = segment.seconds.length === 0 ? [] : [{ object, newestSecond: newest }];
    const segments = [...(isAnew ? [] : alive), ...fresh];
    const dropped = this.segments.filter((old) => !segments.includes(old)).map((old) => old.object);
    this.segments = segments;
    const outbox = [...this.publisher.waiting, ...told];
    const state = stateOf(this.candles, { refused: this.refused, other: this.other, segments, outbox });
    return { state, keys: fresh.length === 0 ? null : { object, segment }, dropped };
  }

  private async writePart(seq: number, at: string, told: readonly Candle[]): Promise<CandleManifest['parts']> {
    if (told.length === 0) return [];
    const { writer, scratch } = this.parts;
    const { source, partition } = this.place;
    const object = candlePartName(source, at.slice(0, 10), partition, seq, writer);
    const bytes = await candlePart(source, partition, told, scratch);
    await this.put(object, bytes);
    return [{ object, kind: 'candles', rows: told.length, sha256: sha256Of(bytes) }];
  }

  /** Names hold the writer and the seq; a partition that comes back to this process may have left one of them there without its manifest. */
  private async put(object: string, bytes: Buffer): Promise<void> {
    await this.parts.store.write(object, bytes, { overwrite: true });
  }

  private get next(): bigint {
    return BigInt(this.last + 1);
  }
}

interface Loaded {
  readonly candles: PartitionCandles;
  readonly seq: number;
  readonly position: bigint;
  readonly refused: number;
  readonly other: number;
  readonly segments: readonly SegmentReference[];
  readonly stateObject: string | null;
}

interface Snapshot {
  readonly state: ReturnType<typeof stateOf>;
  readonly keys: { readonly object: string; readonly segment: Parameters<typeof encodeSegment>[0] } | null;
  readonly dropped: readonly string[];
}

function nothingYet(options: CandleOptions): Loaded {
  return { candles: new PartitionCandles(options), seq: 0, position: 0n, refused: 0, other: 0, segments: [], stateObject: null };
}

function momentOf(micros: number): string | null {
  return Number.isFinite(micros) ? printTimestamp(BigInt(Math.floor(micros))) : null;
}

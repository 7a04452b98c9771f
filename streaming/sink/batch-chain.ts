/** What the batches of a source hold together, as far as this sink has read their chain. */
import { offsetsOf, readBatch, type StoredBatch } from '../../core/stream/batch-manifest.ts';
import { CHECKPOINT_BATCHES, newestCheckpoint, UNPLACED_MAX, writeCheckpoint } from '../../core/stream/batch-checkpoint.ts';
import { CommittedOffsets } from '../../core/stream/committed-offsets.ts';
import { checkLink } from '../../core/stream/list-batches.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import type { Delivery } from './delivery.ts';

export class BatchChain {
  readonly source: string;
  private readonly store: ObjectStore;
  private last = 0;
  private digest: string | null = null;
  private readonly offsets = new CommittedOffsets();
  private readonly unplaced = new Set<string>();

  private constructor(store: ObjectStore, source: string) {
    this.store = store;
    this.source = source;
  }

  /** Reads the newest checkpoint and the batches behind it. STREAM_STATE where they do not fit together. */
  static async open(store: ObjectStore, source: string): Promise<BatchChain> {
    const chain = new BatchChain(store, source);
    const state = await newestCheckpoint(store, source, 0);
    if (state !== undefined) {
      chain.last = state.seq;
      chain.digest = state.sha256;
      for (const each of state.offsets) chain.offsets.addRanges(each);
      for (const id of state.unplaced) chain.unplaced.add(id);
    }
    await chain.catchUp();
    return chain;
  }

  /** The number of the last batch; 0 before the first. */
  get seq(): number {
    return this.last;
  }

  /** Of the last manifest; null before the first. */
  get sha256(): string | null {
    return this.digest;
  }

  /** Runs of offsets in memory. */
  get size(): number {
    return this.offsets.size;
  }

  has({ place, message }: Delivery): boolean {
    return place === null ? this.unplaced.has(message.messageId) : this.offsets.has(place);
  }

  /** Takes in the batches that other sinks, or this one before an answer was lost, have committed since. */
  async catchUp(): Promise<void> {
    for (;;) {
      const batch = await readBatch(this.store, this.source, this.last + 1);
      if (batch === undefined) return;
      await this.append(batch);
    }
  }

  /** The next batch, which is in the store. Its checkpoint, where one is due, is there before the batch behind it can be. */
  async append(batch: StoredBatch): Promise<void> {
    checkLink(batch, this.digest);
    for (const each of offsetsOf(batch.manifest)) this.offsets.addRanges(each);
    for (const id of batch.manifest.unplaced) this.unplaced.add(id);
    this.forgetOldest();
    this.last = batch.manifest.seq;
    this.digest = batch.sha256;
    if (this.last % CHECKPOINT_BATCHES !== 0) return;
    const state = { seq: this.last, sha256: this.digest, offsets: this.offsets.all(), unplaced: [...this.unplaced] };
    await writeCheckpoint(this.store, this.source, state);
  }

  private forgetOldest(): void {
    for (const id of this.unplaced) {
      if (this.unplaced.size <= UNPLACED_MAX) return;
      this.unplaced.delete(id);
    }
  }
}

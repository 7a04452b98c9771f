/**
 * The fast way of a stream of messages: a scanner for the order of members that the messages have, learnt from those that the message checker
 * accepts. It says true only for a message that the checker would accept, with the trade that the exact way would give.
 */
import { ENGINE_LIMITS } from '../../../core/engine/limits.ts';
import type { JsonNode } from '../../../core/engine/records/json/json-tree.ts';
import type { TradeBatch } from '../trade-batch.ts';
import type { TradeScanner } from './compile-trade-scanner.ts';

/** What is imported is looked up at every use; a constant of the module costs nothing. */
const RECORD_BYTES_MAX = ENGINE_LIMITS.maxRecordBytes;
/** Messages in an array smaller than this, with others around, are looked at where they stand; else they are copied. */
const OWN_BUFFER_BYTES_MIN = 32 * 1024;
const SCRATCH_BYTES = 64 * 1024;
/** Bytes behind a message that may be looked at. */
const MARGIN = 8;
/** So many accepted messages that the scanner did not know, more than it knew in between, make it learn anew. */
const LEARN_AFTER = 16;

export class FastTrades {
  /** Of the last scan: the bytes in which the positions of its trade are. */
  view: DataView;
  /** Its row behind the last one has the trade of the last scan. There must be room. */
  readonly batch: TradeBatch;
  /** The last message was copied to be scanned: the next one overwrites it. */
  isCopied = false;
  private scanner: TradeScanner;
  private bytes: Uint8Array;
  private readonly scratch = new Uint8Array(SCRATCH_BYTES);
  private readonly scratchView = new DataView(this.scratch.buffer);
  /** The array in which the messages at hand stand. */
  private shared: Uint8Array;
  private sharedView: DataView;
  private unknown = 0;

  constructor(scanner: TradeScanner) {
    this.scanner = scanner;
    this.batch = scanner.runtime.batch;
    this.bytes = this.shared = this.scratch;
    this.view = this.sharedView = this.scratchView;
  }

  /** true: `batch` and `view` have the trade. false: ask the checker. */
  scan(message: Uint8Array): boolean {
    const { byteOffset, byteLength } = message;
    if (byteLength === 0) return false;
    if (this.isInShared(message, byteOffset) || this.share(message.buffer)) {
      if (byteOffset + byteLength + MARGIN <= this.shared.length) {
        this.isCopied = false;
        this.bytes = this.shared;
        this.view = this.sharedView;
        return this.scanAt(byteOffset, byteOffset + byteLength);
      }
    }
    if (byteLength + MARGIN > SCRATCH_BYTES) return false;
    this.scratch.set(message);
    // No message goes on behind its end.
    this.scratchView.setFloat64(byteLength, 0);
    this.isCopied = true;
    this.bytes = this.scratch;
    this.view = this.scratchView;
    return this.scanAt(0, byteLength);
  }

  /** The checker accepted what scan() did not know. */
  accepted(message: Uint8Array): void {
    this.unknown += 2;
    if (this.unknown < LEARN_AFTER * 2) return;
    this.unknown = 0;
    this.scanner = this.scanner.inOrderOf(treeOf(JSON.parse(Buffer.from(message).toString('utf8'))));
  }

  /**
   * Whether the message stands in the shared array: what is changed in the one is seen in the other. To ask a message for its buffer calls into the engine,
   * which takes as long as several of its values (docs/performance.md).
   */
  private isInShared(message: Uint8Array, at: number): boolean {
    const { shared } = this;
    const first = message[0] as number;
    if (shared[at] !== first) return false;
    message[0] = first ^ 1;
    const isSeen = shared[at] !== first;
    message[0] = first;
    return isSeen;
  }

  private share(buffer: ArrayBufferLike): boolean {
    if (buffer.byteLength < OWN_BUFFER_BYTES_MIN) return false;
    this.shared = new Uint8Array(buffer);
    this.sharedView = new DataView(buffer);
    return true;
  }

  private scanAt(from: number, to: number): boolean {
    if (to - from > RECORD_BYTES_MAX) return false;
    try {
      const isKnown = this.scanner.scan(this.bytes, this.view, from, to);
      if (isKnown && this.unknown > 0) this.unknown -= 1;
      return isKnown;
    } catch (error) {
      // A message that is cut off, at the end of the array: there is nothing behind it to stop at.
      if (error instanceof RangeError) return false;
      throw error;
    }
  }
}

/** Only the names and their order. Of names that are numbers JSON.parse changes the order: such records are not learnt right, and judged exactly. */
function treeOf(value: unknown): JsonNode {
  const place = { start: 0, end: 0 };
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { ...place, kind: 'null' };
  return { ...place, kind: 'object', members: Object.entries(value).map(([name, inner]) => ({ name, value: treeOf(inner) })) };
}

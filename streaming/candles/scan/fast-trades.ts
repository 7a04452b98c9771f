/**
 * The fast way of a stream of messages: a scanner for the order of members that the messages have, learnt from those that the message checker
 * accepts. It says true only for a message that the checker would accept, with the trade that the exact way would give.
 */
import { ENGINE_LIMITS } from '../../../core/engine/limits.ts';
import type { JsonNode } from '../../../core/engine/records/json/json-tree.ts';
import { viewOf } from '../partition-candles.ts';
import type { TradeBatch } from '../trade-batch.ts';
import type { TradeScanner } from './compile-trade-scanner.ts';

/** What is imported is looked up at every use; a constant of the module costs nothing. */
const RECORD_BYTES_MAX = ENGINE_LIMITS.maxRecordBytes;
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
  /** The bytes of the last scan that was not copied. */
  private bytes: Uint8Array;
  private bytesView: DataView;
  private readonly scratch = new Uint8Array(SCRATCH_BYTES);
  private readonly scratchView = viewOf(this.scratch);
  private unknown = 0;

  constructor(scanner: TradeScanner) {
    this.scanner = scanner;
    this.batch = scanner.runtime.batch;
    this.bytes = this.scratch;
    this.view = this.bytesView = this.scratchView;
  }

  /** The message is the bytes [from, to), best of an array with many of them. true: `batch` and `view` have the trade. false: ask the checker. */
  scan(bytes: Uint8Array, from: number, to: number): boolean {
    if (from === to) return false;
    if (to + MARGIN > bytes.length) return this.scanCopy(bytes, from, to);
    if (bytes !== this.bytes) {
      this.bytes = bytes;
      this.bytesView = viewOf(bytes);
    }
    this.isCopied = false;
    this.view = this.bytesView;
    return this.scanAt(bytes, this.bytesView, from, to);
  }

  private scanCopy(bytes: Uint8Array, from: number, to: number): boolean {
    const length = to - from;
    if (length + MARGIN > SCRATCH_BYTES) return false;
    this.scratch.set(bytes.subarray(from, to));
    // No message goes on behind its end.
    this.scratchView.setFloat64(length, 0);
    this.isCopied = true;
    this.view = this.scratchView;
    return this.scanAt(this.scratch, this.scratchView, 0, length);
  }

  /** The checker accepted what scan() did not know. */
  accepted(message: Uint8Array): void {
    this.unknown += 2;
    if (this.unknown < LEARN_AFTER * 2) return;
    this.unknown = 0;
    this.scanner = this.scanner.inOrderOf(treeOf(JSON.parse(Buffer.from(message).toString('utf8'))));
  }

  private scanAt(bytes: Uint8Array, view: DataView, from: number, to: number): boolean {
    if (to - from > RECORD_BYTES_MAX) return false;
    try {
      const isKnown = this.scanner.scan(bytes, view, from, to);
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

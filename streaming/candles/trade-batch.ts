/** Trades that were read from bytes and are not added yet, all of one array of bytes. */
import { OUT } from './scan/trade-scanner-source.ts';

export const BATCH_TRADES = 128;

export class TradeBatch {
  count = 0;
  /** In which the bounds of instruments and keys are. */
  view: DataView = new DataView(new ArrayBuffer(0));
  readonly price = new Float64Array(BATCH_TRADES);
  readonly quantity = new Float64Array(BATCH_TRADES);
  readonly time = new Float64Array(BATCH_TRADES);
  readonly offset = new Float64Array(BATCH_TRADES);
  readonly cap = new Float64Array(BATCH_TRADES);
  readonly instrumentFrom = new Int32Array(BATCH_TRADES);
  readonly instrumentTo = new Int32Array(BATCH_TRADES);
  readonly keyFrom = new Int32Array(BATCH_TRADES);
  readonly keyTo = new Int32Array(BATCH_TRADES);
  /** Of the keys. */
  readonly hash = new Int32Array(BATCH_TRADES);
  /** Keeps the looks into memory from being taken for useless. */
  looked = 0;

  /** There is room, and the trade's bytes are in `view`. */
  push(out: Float64Array, offset: number, cap: number): void {
    const at = this.count;
    this.price[at] = out[OUT.PRICE] as number;
    this.quantity[at] = out[OUT.QUANTITY] as number;
    this.time[at] = out[OUT.TIME] as number;
    this.offset[at] = offset;
    this.cap[at] = cap;
    this.instrumentFrom[at] = out[OUT.INSTRUMENT_FROM] as number;
    this.instrumentTo[at] = out[OUT.INSTRUMENT_TO] as number;
    this.keyFrom[at] = out[OUT.KEY_FROM] as number;
    this.keyTo[at] = out[OUT.KEY_TO] as number;
    this.count = at + 1;
  }
}

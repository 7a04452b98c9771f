/**
 * Trades that were read from bytes and are not added yet, all of one array of bytes. A row of doubles each, into which the scanner writes: a double that is
 * handed from function to function costs an object.
 */
export const BATCH_TRADES = 128;

/** Places in a row. Price and quantity are whole numbers at the source's scales; FROM and TO bounds of bytes, FROM = TO for none. */
export const TRADE = {
  PRICE: 0,
  QUANTITY: 1,
  TIME: 2,
  INSTRUMENT_FROM: 3,
  INSTRUMENT_TO: 4,
  KEY_FROM: 5,
  KEY_TO: 6,
  OFFSET: 7,
  /** The latest event time that moves the watermark. */
  CAP: 8,
} as const;

/** Doubles of a row: two cache lines. */
export const TRADE_FIELDS = 16;
// What is exported is looked up at every use; a constant of the module costs nothing.
const { PRICE, QUANTITY, TIME, OFFSET, CAP } = TRADE;
const FIELDS = TRADE_FIELDS;
const ROOM = BATCH_TRADES;

export class TradeBatch {
  count = 0;
  /** In which the bounds of instruments and keys are. */
  view: DataView = new DataView(new ArrayBuffer(0));
  readonly rows = new Float64Array(ROOM * FIELDS);
  /** Numbers of the instruments. */
  readonly instrument = new Int32Array(ROOM);
  /** Of the keys; 0 where there is none. */
  readonly hash = new Int32Array(ROOM);
  /** Keeps the looks into memory from being taken for useless. */
  looked = 0;

  /** Of the row behind the last one: the trade that the scanner has read last. There is room. */
  push(offset: number, cap: number): void {
    const at = this.count * FIELDS;
    this.rows[at + OFFSET] = offset;
    this.rows[at + CAP] = cap;
    this.count += 1;
  }

  /** Forgets the trades; the row behind them, which was read and not pushed, becomes the first one. */
  clear(): void {
    const at = this.count * FIELDS;
    if (this.count < ROOM) this.rows.copyWithin(0, at, at + FIELDS);
    this.count = 0;
  }

  /** The first row, of a trade that comes alone; its instrument and key are handed over beside it. */
  set(price: number, quantity: number, timeUs: number, offset: number, cap: number): void {
    this.rows[PRICE] = price;
    this.rows[QUANTITY] = quantity;
    this.rows[TIME] = timeUs;
    this.rows[OFFSET] = offset;
    this.rows[CAP] = cap;
  }
}

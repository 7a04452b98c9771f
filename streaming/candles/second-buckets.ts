/**
 * What the trades of one instrument in one second come to, for many instruments and seconds: columns of doubles. Larger windows are
 * put together from seconds, so that a trade changes one place only.
 *
 * Values are whole numbers at the source's own scale and below 2^52; a second with any other value is kept in BigInts at scale 18
 * (WideBucket) from then on.
 */
import { FACTOR_LIMIT, joinLimbs, LIMB as LIMB_SIZE, splitLimbs, SUM_LIMIT as SUM_MAX } from './exact-sum.ts';
import { WideBucket } from './wide-bucket.ts';
import type { BucketValues } from './bucket-values.ts';
import { TRADE } from './trade-batch.ts';

const FIRST_CAPACITY = 1024;
/** Doubles of a bucket, side by side: two cache lines. */
const FIELDS = 16;
const OPEN = 0;
const OPEN_TIME = 1;
const OPEN_OFFSET = 2;
const CLOSE = 3;
const CLOSE_TIME = 4;
const CLOSE_OFFSET = 5;
const HIGH = 6;
const LOW = 7;
const VOLUME = 8;
const PRODUCT_HIGH = 9;
const PRODUCT_MIDDLE = 10;
const PRODUCT_LOW = 11;
const COUNT = 12;
// What is imported is looked up at every use, and costs a trade more than its arithmetic; a constant of the module costs nothing.
const { PRICE: TRADE_PRICE, QUANTITY: TRADE_QUANTITY, TIME: TRADE_TIME, OFFSET: TRADE_OFFSET } = TRADE;
const LIMB = LIMB_SIZE;
const SUM_LIMIT = SUM_MAX;
/** Dividing by a limb is exact. */
const PART = 1 / LIMB;

/** Scales of the source's price and quantity, each at most 18 and together at most 18. */
export interface TradeScales {
  readonly price: number;
  readonly quantity: number;
}

/** Any product of two factors below it has at most 38 digits at scale 18. */
function factorLimit({ price, quantity }: TradeScales): number {
  return Math.min(FACTOR_LIMIT, 10 ** Math.floor((20 + price + quantity) / 2));
}

export class SecondBuckets {
  readonly scales: TradeScales;
  /** add() takes prices and quantities below this. */
  readonly limit: number;
  private readonly priceUnit: bigint;
  private readonly quantityUnit: bigint;
  private readonly productUnit: bigint;
  private capacity = FIRST_CAPACITY;
  private used = 0;
  private readonly free: number[] = [];
  private data = new Float64Array(FIRST_CAPACITY * FIELDS);
  private readonly wide = new Map<number, WideBucket>();

  constructor(scales: TradeScales) {
    this.scales = scales;
    this.limit = factorLimit(scales);
    this.priceUnit = 10n ** BigInt(18 - scales.price);
    this.quantityUnit = 10n ** BigInt(18 - scales.quantity);
    this.productUnit = 10n ** BigInt(18 - scales.price - scales.quantity);
  }

  /** The whole number that add() takes for a price at scale 18; -1 where only addWide() does. */
  narrowPrice(price: bigint): number {
    return narrow(price, this.priceUnit, this.limit);
  }

  narrowQuantity(quantity: bigint): number {
    return narrow(quantity, this.quantityUnit, this.limit);
  }

  /** Seconds that are kept. */
  get size(): number {
    return this.used - this.free.length;
  }

  /** A place for a second without trades. */
  create(): number {
    const place = this.free.pop() ?? this.used++;
    if (place >= this.capacity) this.grow();
    this.data.fill(0, place * FIELDS, (place + 1) * FIELDS);
    return place;
  }

  release(place: number): void {
    this.wide.delete(place);
    this.free.push(place);
  }

  /** The trade of the row that begins at `row`; its price and quantity are whole, not negative and below `limit`. */
  add(place: number, rows: Float64Array, row: number): void {
    const { data } = this;
    const at = place * FIELDS;
    const price = rows[row + TRADE_PRICE] as number;
    const quantity = rows[row + TRADE_QUANTITY] as number;
    const timeUs = rows[row + TRADE_TIME] as number;
    const offset = rows[row + TRADE_OFFSET] as number;
    const volume = (data[at + VOLUME] as number) + quantity;
    const isNarrow = volume < SUM_LIMIT && (data[at + PRODUCT_HIGH] as number) < SUM_LIMIT / 2;
    if (!isNarrow || (this.wide.size > 0 && this.wide.has(place))) {
      this.addWide(place, this.priceOf(price), this.quantityOf(quantity), timeUs, offset);
      return;
    }
    data[at + VOLUME] = volume;
    addProduct(data, at, price, quantity);
    const count = data[at + COUNT] as number;
    data[at + COUNT] = count + 1;
    if (count === 0) {
      data[at + OPEN] = data[at + CLOSE] = data[at + HIGH] = data[at + LOW] = price;
      data[at + OPEN_TIME] = data[at + CLOSE_TIME] = timeUs;
      data[at + OPEN_OFFSET] = data[at + CLOSE_OFFSET] = offset;
      return;
    }
    if (price > (data[at + HIGH] as number)) data[at + HIGH] = price;
    else if (price < (data[at + LOW] as number)) data[at + LOW] = price;
    const closed = data[at + CLOSE_TIME] as number;
    if (timeUs > closed || (timeUs === closed && offset > (data[at + CLOSE_OFFSET] as number))) {
      data[at + CLOSE] = price;
      data[at + CLOSE_TIME] = timeUs;
      data[at + CLOSE_OFFSET] = offset;
      return;
    }
    const opened = data[at + OPEN_TIME] as number;
    if (timeUs < opened || (timeUs === opened && offset < (data[at + OPEN_OFFSET] as number))) {
      data[at + OPEN] = price;
      data[at + OPEN_TIME] = timeUs;
      data[at + OPEN_OFFSET] = offset;
    }
  }

  /** Price and quantity at scale 18, of any size and sign. */
  addWide(place: number, price: bigint, quantity: bigint, timeUs: number, offset: number): void {
    let wide = this.wide.get(place);
    if (wide === undefined) {
      wide = new WideBucket(this.data[place * FIELDS + COUNT] === 0 ? null : this.valuesOf(place));
      this.wide.set(place, wide);
    }
    wide.add(price, quantity, timeUs, offset);
  }

  valuesOf(place: number): BucketValues {
    const wide = this.wide.get(place);
    if (wide !== undefined) return wide.values();
    const at = (field: number): number => this.data[place * FIELDS + field] as number;
    const products = joinLimbs(at(PRODUCT_HIGH), at(PRODUCT_MIDDLE), at(PRODUCT_LOW));
    return {
      open: this.priceOf(at(OPEN)),
      openTime: at(OPEN_TIME),
      openOffset: at(OPEN_OFFSET),
      close: this.priceOf(at(CLOSE)),
      closeTime: at(CLOSE_TIME),
      closeOffset: at(CLOSE_OFFSET),
      high: this.priceOf(at(HIGH)),
      low: this.priceOf(at(LOW)),
      volume: this.quantityOf(at(VOLUME)),
      notional: products * this.productUnit,
      notionals: at(COUNT),
      count: at(COUNT),
    };
  }

  /** A second as it was kept: in doubles again where they hold it. */
  restore(values: BucketValues): number {
    const place = this.create();
    if (!this.isNarrow(values)) {
      this.wide.set(place, new WideBucket(values));
      return place;
    }
    const limbs = splitLimbs(values.notional / this.productUnit);
    const prices = [values.open, values.close, values.high, values.low].map((price) => Number(price / this.priceUnit));
    const [open = 0, close = 0, high = 0, low = 0] = prices;
    const volume = Number(values.volume / this.quantityUnit);
    const fields = [open, values.openTime, values.openOffset, close, values.closeTime, values.closeOffset, high, low, volume];
    this.data.set([...fields, limbs.high, limbs.middle, limbs.low, values.count], place * FIELDS);
    return place;
  }

  private isNarrow(values: BucketValues): boolean {
    const { low, high, volume, notional } = values;
    const areWhole =
      [values.open, values.close, low, high].every((price) => price % this.priceUnit === 0n) &&
      volume % this.quantityUnit === 0n &&
      notional % this.productUnit === 0n;
    const areSmall =
      low >= 0n && volume >= 0n && high < BigInt(this.limit) * this.priceUnit && volume < BigInt(SUM_LIMIT) * this.quantityUnit;
    return areWhole && areSmall && values.notionals === values.count && notional / this.productUnit < 1n << 103n;
  }

  private priceOf(scaled: number): bigint {
    return BigInt(scaled) * this.priceUnit;
  }

  private quantityOf(scaled: number): bigint {
    return BigInt(scaled) * this.quantityUnit;
  }

  private grow(): void {
    this.capacity *= 2;
    const grown = new Float64Array(this.capacity * FIELDS);
    grown.set(this.data);
    this.data = grown;
  }
}

/** Three limbs of 26 bits, the lower two below 2^26. */
function addProduct(data: Float64Array, at: number, price: number, quantity: number): void {
  const priceHigh = Math.floor(price * PART);
  const priceLow = price - priceHigh * LIMB;
  const quantityHigh = Math.floor(quantity * PART);
  const quantityLow = quantity - quantityHigh * LIMB;
  let low = priceLow * quantityLow;
  let carry = Math.floor(low * PART);
  low -= carry * LIMB;
  let middle = priceHigh * quantityLow + carry;
  carry = Math.floor(middle * PART);
  middle = middle - carry * LIMB + priceLow * quantityHigh;
  const second = Math.floor(middle * PART);
  middle -= second * LIMB;
  data[at + PRODUCT_HIGH] = (data[at + PRODUCT_HIGH] as number) + priceHigh * quantityHigh + carry + second;
  data[at + PRODUCT_MIDDLE] = (data[at + PRODUCT_MIDDLE] as number) + middle;
  data[at + PRODUCT_LOW] = (data[at + PRODUCT_LOW] as number) + low;
}

function narrow(value: bigint, unit: bigint, limit: number): number {
  if (value < 0n || value % unit !== 0n) return -1;
  const scaled = Number(value / unit);
  return scaled < limit ? scaled : -1;
}

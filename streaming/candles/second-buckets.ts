/**
 * What the trades of one instrument in one second come to, for many instruments and seconds: columns of doubles. Larger windows are
 * put together from seconds, so that a trade changes one place only.
 *
 * Values are whole numbers at the source's own scale and below 2^52; a second with any other value is kept in BigInts at scale 18
 * (WideBucket) from then on.
 */
import { FACTOR_LIMIT, joinLimbs, LIMB, splitLimbs, SUM_LIMIT } from './exact-sum.ts';
import { WideBucket } from './wide-bucket.ts';
import type { BucketValues } from './bucket-values.ts';

const FIRST_CAPACITY = 1024;
const COLUMNS = [
  'open',
  'openTime',
  'openOffset',
  'close',
  'closeTime',
  'closeOffset',
  'high',
  'low',
  'volume',
  'productHigh',
  'productMiddle',
  'productLow',
  'count',
] as const;
type ColumnName = (typeof COLUMNS)[number];

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
  private open = new Float64Array(FIRST_CAPACITY);
  private openTime = new Float64Array(FIRST_CAPACITY);
  private openOffset = new Float64Array(FIRST_CAPACITY);
  private close = new Float64Array(FIRST_CAPACITY);
  private closeTime = new Float64Array(FIRST_CAPACITY);
  private closeOffset = new Float64Array(FIRST_CAPACITY);
  private high = new Float64Array(FIRST_CAPACITY);
  private low = new Float64Array(FIRST_CAPACITY);
  private volume = new Float64Array(FIRST_CAPACITY);
  private productHigh = new Float64Array(FIRST_CAPACITY);
  private productMiddle = new Float64Array(FIRST_CAPACITY);
  private productLow = new Float64Array(FIRST_CAPACITY);
  private count = new Float64Array(FIRST_CAPACITY);
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
    this.count[place] = 0;
    this.volume[place] = 0;
    this.productHigh[place] = 0;
    this.productMiddle[place] = 0;
    this.productLow[place] = 0;
    return place;
  }

  release(place: number): void {
    this.wide.delete(place);
    this.free.push(place);
  }

  /** Price and quantity are whole, not negative and below `limit`. */
  add(place: number, price: number, quantity: number, timeUs: number, offset: number): void {
    if (this.wide.size > 0 && this.wide.has(place)) {
      this.addWide(place, this.priceOf(price), this.quantityOf(quantity), timeUs, offset);
      return;
    }
    const volume = (this.volume[place] as number) + quantity;
    if (volume >= SUM_LIMIT || (this.productHigh[place] as number) >= SUM_LIMIT / 2) {
      this.addWide(place, this.priceOf(price), this.quantityOf(quantity), timeUs, offset);
      return;
    }
    this.volume[place] = volume;
    this.addProduct(place, price, quantity);
    const count = this.count[place] as number;
    this.count[place] = count + 1;
    if (count === 0) {
      this.first(place, price, timeUs, offset);
      return;
    }
    if (price > (this.high[place] as number)) this.high[place] = price;
    else if (price < (this.low[place] as number)) this.low[place] = price;
    const closed = this.closeTime[place] as number;
    if (timeUs > closed || (timeUs === closed && offset > (this.closeOffset[place] as number))) {
      this.close[place] = price;
      this.closeTime[place] = timeUs;
      this.closeOffset[place] = offset;
      return;
    }
    const opened = this.openTime[place] as number;
    if (timeUs < opened || (timeUs === opened && offset < (this.openOffset[place] as number))) {
      this.open[place] = price;
      this.openTime[place] = timeUs;
      this.openOffset[place] = offset;
    }
  }

  /** Price and quantity at scale 18, of any size and sign. */
  addWide(place: number, price: bigint, quantity: bigint, timeUs: number, offset: number): void {
    let wide = this.wide.get(place);
    if (wide === undefined) {
      wide = new WideBucket(this.count[place] === 0 ? null : this.valuesOf(place));
      this.wide.set(place, wide);
    }
    wide.add(price, quantity, timeUs, offset);
  }

  valuesOf(place: number): BucketValues {
    const wide = this.wide.get(place);
    if (wide !== undefined) return wide.values();
    const at = (name: ColumnName): number => this[name][place] as number;
    const products = joinLimbs(at('productHigh'), at('productMiddle'), at('productLow'));
    return {
      open: this.priceOf(at('open')),
      openTime: at('openTime'),
      openOffset: at('openOffset'),
      close: this.priceOf(at('close')),
      closeTime: at('closeTime'),
      closeOffset: at('closeOffset'),
      high: this.priceOf(at('high')),
      low: this.priceOf(at('low')),
      volume: this.quantityOf(at('volume')),
      notional: products * this.productUnit,
      notionals: at('count'),
      count: at('count'),
    };
  }

  /** A second as it was kept: in doubles again where they hold it. */
  restore(values: BucketValues): number {
    const place = this.create();
    if (!this.isNarrow(values)) {
      this.wide.set(place, new WideBucket(values));
      return place;
    }
    for (const name of ['open', 'close', 'high', 'low'] as const) this[name][place] = Number(values[name] / this.priceUnit);
    for (const name of ['openTime', 'openOffset', 'closeTime', 'closeOffset', 'count'] as const) this[name][place] = values[name];
    this.volume[place] = Number(values.volume / this.quantityUnit);
    const limbs = splitLimbs(values.notional / this.productUnit);
    this.productHigh[place] = limbs.high;
    this.productMiddle[place] = limbs.middle;
    this.productLow[place] = limbs.low;
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

  private addProduct(place: number, price: number, quantity: number): void {
    const priceHigh = Math.floor(price / LIMB);
    const priceLow = price - priceHigh * LIMB;
    const quantityHigh = Math.floor(quantity / LIMB);
    const quantityLow = quantity - quantityHigh * LIMB;
    let low = priceLow * quantityLow;
    let carry = Math.floor(low / LIMB);
    low -= carry * LIMB;
    let middle = priceHigh * quantityLow + carry;
    carry = Math.floor(middle / LIMB);
    middle = middle - carry * LIMB + priceLow * quantityHigh;
    const second = Math.floor(middle / LIMB);
    middle -= second * LIMB;
    this.productHigh[place] = (this.productHigh[place] as number) + priceHigh * quantityHigh + carry + second;
    this.productMiddle[place] = (this.productMiddle[place] as number) + middle;
    this.productLow[place] = (this.productLow[place] as number) + low;
  }

  private first(place: number, price: number, timeUs: number, offset: number): void {
    this.open[place] = this.close[place] = this.high[place] = this.low[place] = price;
    this.openTime[place] = this.closeTime[place] = timeUs;
    this.openOffset[place] = this.closeOffset[place] = offset;
  }

  private priceOf(scaled: number): bigint {
    return BigInt(scaled) * this.priceUnit;
  }

  private quantityOf(scaled: number): bigint {
    return BigInt(scaled) * this.quantityUnit;
  }

  private grow(): void {
    this.capacity *= 2;
    for (const name of COLUMNS) {
      const grown = new Float64Array(this.capacity);
      grown.set(this[name]);
      this[name] = grown;
    }
  }
}

function narrow(value: bigint, unit: bigint, limit: number): number {
  if (value < 0n || value % unit !== 0n) return -1;
  const scaled = Number(value / unit);
  return scaled < limit ? scaled : -1;
}

/** One second of one instrument in BigInts at scale 18: for values that a double does not hold. */
import { joinValues, notionalOf, type BucketValues } from './bucket-values.ts';

export class WideBucket {
  private held: BucketValues | null;

  constructor(values: BucketValues | null) {
    this.held = values;
  }

  add(price: bigint, quantity: bigint, timeUs: number, offset: number): void {
    const notional = notionalOf(price, quantity);
    const trade: BucketValues = {
      open: price,
      openTime: timeUs,
      openOffset: offset,
      close: price,
      closeTime: timeUs,
      closeOffset: offset,
      high: price,
      low: price,
      volume: quantity,
      notional: notional ?? 0n,
      notionals: notional === null ? 0 : 1,
      count: 1,
    };
    this.held = this.held === null ? trade : joinValues(this.held, trade);
  }

  /** There is a trade. */
  values(): BucketValues {
    if (this.held === null) throw new RangeError('a second without trades has no values');
    return this.held;
  }
}

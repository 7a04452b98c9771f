/** The last values of an instrument, in the order in which they came and sorted: whole numbers of 64 bits, no float. */

export class ValueWindow {
  /** In order of arrival, as a ring. */
  private readonly ring: BigInt64Array;
  private readonly sorted: BigInt64Array;
  private count = 0;
  private oldest = 0;

  constructor(size: number) {
    this.ring = new BigInt64Array(size);
    this.sorted = new BigInt64Array(size);
  }

  get isFull(): boolean {
    return this.count === this.ring.length;
  }

  /** From the oldest to the newest. */
  values(): readonly bigint[] {
    return Array.from({ length: this.count }, (_, index) => this.ring[(this.oldest + index) % this.ring.length] ?? 0n);
  }

  add(value: bigint): void {
    if (this.isFull) {
      this.remove(this.ring[this.oldest] ?? 0n);
      this.ring[this.oldest] = value;
      this.oldest = (this.oldest + 1) % this.ring.length;
    } else {
      this.ring[this.count] = value;
    }
    this.insert(value);
  }

  /** The two middle values added: twice the median. */
  twiceMedian(): bigint {
    return this.at((this.count - 1) >> 1) + this.at(this.count >> 1);
  }

  /** Of all |2v - twiceMedian| the two middle ones added: four times the median absolute deviation. */
  fourDeviations(twiceMedian: bigint): bigint {
    const [lower, upper] = [(this.count - 1) >> 1, this.count >> 1];
    let left = lower;
    let right = lower + 1;
    let sum = 0n;
    // From the middle outwards the deviations grow on both sides: the next smallest is the nearer of the two.
    for (let rank = 0; rank <= upper; rank += 1) {
      const below = left < 0 ? null : twiceMedian - 2n * this.at(left);
      const above = right >= this.count ? null : 2n * this.at(right) - twiceMedian;
      const isBelow = above === null || (below !== null && below <= above);
      const deviation = (isBelow ? below : above) ?? 0n;
      if (isBelow) left -= 1;
      else right += 1;
      if (rank === lower) sum += deviation;
      if (rank === upper) sum += deviation;
    }
    return sum;
  }

  private at(index: number): bigint {
    return this.sorted[index] ?? 0n;
  }

  /** First place whose value is not below. */
  private placeOf(value: bigint): number {
    let [low, high] = [0, this.count];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.at(middle) < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private remove(value: bigint): void {
    const place = this.placeOf(value);
    this.sorted.copyWithin(place, place + 1, this.count);
    this.count -= 1;
  }

  private insert(value: bigint): void {
    const place = this.placeOf(value);
    this.sorted.copyWithin(place + 1, place, this.count);
    this.sorted[place] = value;
    this.count += 1;
  }
}

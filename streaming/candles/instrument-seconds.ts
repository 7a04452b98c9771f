/** The seconds of one instrument that are kept, and what is known of the time before them. */
import { joinValues, type BucketValues } from './bucket-values.ts';
import { WINDOW_SECONDS, type WindowSeconds } from './candle.ts';
import type { SecondBuckets } from './second-buckets.ts';
import { ToldWindows } from './told-windows.ts';

export interface LastTrade {
  readonly second: number;
  readonly close: bigint;
}

export class InstrumentSeconds {
  readonly name: string;
  readonly told: Readonly<Record<WindowSeconds, ToldWindows>> = { 1: new ToldWindows(), 10: new ToldWindows(), 60: new ToldWindows() };
  /** The newest trade in a second that is not kept any more. */
  before: LastTrade | null = null;
  /** Second -> place of its bucket. */
  readonly places = new Map<number, number>();
  private readonly buckets: SecondBuckets;

  constructor(name: string, buckets: SecondBuckets) {
    this.name = name;
    this.buckets = buckets;
  }

  /** The bucket of a second, made where there is none. */
  placeOf(second: number): number {
    let place = this.places.get(second);
    if (place === undefined) {
      place = this.buckets.create();
      this.places.set(second, place);
    }
    return place;
  }

  /** null where no trade is in the window. */
  window(start: number, size: WindowSeconds): BucketValues | null {
    let joined: BucketValues | null = null;
    for (let second = start; second < start + size; second += 1) {
      const place = this.places.get(second);
      if (place === undefined) continue;
      const values = this.buckets.valuesOf(place);
      joined = joined === null ? values : joinValues(joined, values);
    }
    return joined;
  }

  hasTrades(start: number, size: WindowSeconds): boolean {
    for (let second = start; second < start + size; second += 1) if (this.places.has(second)) return true;
    return false;
  }

  /** The newest trade in a second before `second`. */
  lastBefore(second: number): LastTrade | null {
    let newest = Number.NEGATIVE_INFINITY;
    for (const kept of this.places.keys()) if (kept < second && kept > newest) newest = kept;
    const place = this.places.get(newest);
    if (place === undefined) return this.before !== null && this.before.second < second ? this.before : null;
    return { second: newest, close: this.buckets.valuesOf(place).close };
  }

  /** Forgets the seconds before `floorSecond` and what was told of their windows. */
  forget(floorSecond: number): void {
    const last = this.lastBefore(floorSecond);
    for (const [second, place] of this.places) {
      if (second >= floorSecond) continue;
      this.places.delete(second);
      this.buckets.release(place);
    }
    this.before = last;
    for (const size of WINDOW_SECONDS) this.told[size].forget(floorSecond);
  }
}

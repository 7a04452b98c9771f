/**
 * The keys of the trades that were counted, as long as a trade may come again: of several messages with one key the first that came
 * counts. Exact: keys are compared byte by byte. Bounded: keys of seconds before the floor are forgotten, and where more than
 * `keysMax` are younger, the oldest seconds are, which moves the floor up.
 */
import { ByteTable } from './byte-table.ts';

/** Keys are forgotten when the table holds this many times what was left the last time. */
const GROWTH = 2;
const FIRST_LOOK = 65_536;

export class KeyMemory {
  /** Keys of seconds before it are forgotten: a trade from there cannot be told from one that came before. */
  floorSecond = Number.NEGATIVE_INFINITY;
  private readonly keysMax: number;
  private table = new ByteTable();
  private seconds = new Float64Array(FIRST_LOOK);
  private nextLook: number;

  constructor(keysMax: number) {
    this.keysMax = keysMax;
    this.nextLook = Math.min(FIRST_LOOK, keysMax);
  }

  get size(): number {
    return this.table.count;
  }

  get sizeBytes(): number {
    return this.table.sizeBytes + this.seconds.byteLength;
  }

  /** true where the key is new; it is kept for the second of its trade. */
  add(bytes: Uint8Array, from: number, to: number, second: number): boolean {
    const place = this.table.place(bytes, from, to);
    if (place >= 0) return false;
    this.seconds[-1 - place] = second;
    if (this.table.count === this.seconds.length) this.growSeconds();
    return true;
  }

  /** Forgets keys of seconds before `floorSecond` where it is time to. Called between trades, often. */
  forget(floorSecond: number): void {
    if (floorSecond > this.floorSecond) this.floorSecond = floorSecond;
    if (this.table.count < this.nextLook) return;
    this.rebuild();
    if (this.table.count * GROWTH > this.keysMax) this.forgetOldest();
    this.nextLook = Math.min(Math.max(FIRST_LOOK, this.table.count * GROWTH), this.keysMax);
  }

  /** Every key that is kept with its second. */
  *entries(): Generator<{ readonly key: Uint8Array; readonly second: number }> {
    for (let number = 0; number < this.table.count; number += 1) {
      const second = this.seconds[number] as number;
      if (second >= this.floorSecond) yield { key: this.table.bytesOf(number), second };
    }
  }

  private rebuild(): void {
    const old = this.table;
    const seconds = this.seconds;
    const bytes = old.bytes();
    this.table = new ByteTable();
    this.seconds = new Float64Array(seconds.length);
    for (let number = 0; number < old.count; number += 1) {
      const second = seconds[number] as number;
      if (second >= this.floorSecond) this.add(bytes, old.startOf(number), old.endOf(number), second);
    }
  }

  /** Half of what may be kept stays. */
  private forgetOldest(): void {
    const kept = this.seconds.slice(0, this.table.count).sort();
    const floor = kept[Math.max(0, this.table.count - Math.floor(this.keysMax / GROWTH))] as number;
    this.floorSecond = Math.max(this.floorSecond, floor + 1);
    this.rebuild();
  }

  private growSeconds(): void {
    const grown = new Float64Array(this.seconds.length * 2);
    grown.set(this.seconds);
    this.seconds = grown;
  }
}

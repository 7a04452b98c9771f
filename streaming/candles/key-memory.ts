/**
 * The keys of the trades that were counted, as long as a trade may come again: of several messages with one key the first that came
 * counts. Exact: keys are compared byte by byte. Bounded: keys of seconds before the floor are forgotten, and where more than
 * `keysMax` are younger, the oldest seconds are, which moves the floor up.
 */
import { ByteTable, TEXT_BYTES_MAX } from './byte-table.ts';

/** Keys are forgotten when the table holds this many times what was left the last time. */
const GROWTH = 2;
const FIRST_LOOK = 65_536;

/** Keys one after the other, their lengths, and the seconds of their trades. */
export interface KeySegment {
  readonly keys: Uint8Array;
  readonly lengths: Uint16Array;
  readonly seconds: Float64Array;
}

export class KeyMemory {
  /** Keys of seconds before it are forgotten: a trade from there cannot be told from one that came before. */
  floorSecond = Number.NEGATIVE_INFINITY;
  private readonly keysMax: number;
  private table = new ByteTable();
  private seconds = new Float64Array(FIRST_LOOK);
  private nextLook: number;
  /** Keys that takeNew() gave already: the first so many. */
  private given = 0;

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
  add(view: DataView, from: number, to: number, second: number): boolean {
    const place = this.table.place(view, from, to);
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

  /** The keys that came since the last call, or all that are kept. */
  take(which: 'new' | 'all'): KeySegment {
    const first = which === 'all' ? 0 : this.given;
    const { count } = this.table;
    this.given = count;
    const lengths = new Uint16Array(count - first);
    let size = 0;
    for (let number = first; number < count; number += 1) size += lengths[number - first] = this.table.lengthOf(number);
    const keys = new Uint8Array(size);
    const view = new DataView(keys.buffer);
    for (let number = first, at = 0; number < count; number += 1) at = this.table.write(number, view, at);
    return { keys, lengths, seconds: this.seconds.slice(first, count) };
  }

  /** Keys as take() gave them; those below the floor are left out. They count as given. */
  restore({ keys, lengths, seconds }: KeySegment): void {
    const view = new DataView(keys.buffer, keys.byteOffset, keys.byteLength);
    for (let index = 0, at = 0; index < lengths.length; index += 1) {
      const end = at + (lengths[index] as number);
      const second = seconds[index] as number;
      if (second >= this.floorSecond) this.add(view, at, end, second);
      at = end;
    }
    this.given = this.table.count;
  }

  private rebuild(): void {
    const old = this.table;
    const { seconds, floorSecond } = this;
    let kept = 0;
    for (let number = 0; number < old.count; number += 1) if ((seconds[number] as number) >= floorSecond) kept += 1;
    this.table = new ByteTable(kept * GROWTH);
    const scratch = new DataView(new ArrayBuffer(TEXT_BYTES_MAX));
    let given = 0;
    kept = 0;
    for (let number = 0; number < old.count; number += 1) {
      const second = seconds[number] as number;
      if (second < floorSecond) continue;
      this.table.place(scratch, 0, old.write(number, scratch, 0));
      // They move to the front: what is there was read already.
      seconds[kept] = second;
      kept += 1;
      if (number < this.given) given += 1;
    }
    this.given = given;
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

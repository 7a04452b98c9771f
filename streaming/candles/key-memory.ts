/**
 * The keys of the trades that were counted, as long as a trade may come again: of several messages with one key the first that came
 * counts. Exact: keys are compared in full. Bounded: two generations of keys, of which the older one is given up when the younger is full, but for
 * the keys that are needed yet. Where more are needed than there is room for, the floor goes up: what is older cannot be told from what came before.
 */
import { ByteTable, hashBytes, TEXT_BYTES_MAX } from './byte-table.ts';
import { eachKey, segmentOfRanges, type KeyRange, type KeySegment } from './key-segment.ts';
import { SecondCounts } from './second-counts.ts';

const FIRST_ROOM = 1024;
/** Of a generation that is given up, at most one in so many keys is carried over: more would take too long. */
const CARRIED_SHARE = 8;

/** Keys with the seconds of their trades. */
class Generation {
  readonly table = new ByteTable(FIRST_ROOM);
  seconds = new Float64Array(FIRST_ROOM);
  readonly counts = new SecondCounts();
  /** Keys that take() gave already: the first so many, and where the rests of longer ones end. */
  private given = 0;
  private givenRests = 0;

  /** true where the key is new. */
  add(view: DataView, from: number, to: number, second: number, hash: number): boolean {
    const place = this.table.place(view, from, to, hash);
    if (place >= 0) return false;
    const number = -1 - place;
    if (number >= this.seconds.length) this.grow();
    this.seconds[number] = second;
    this.counts.add(second);
    return true;
  }

  /** Adds the keys from the second `border` on to another generation. */
  carry(border: number, target: Generation): void {
    const scratch = new DataView(new ArrayBuffer(TEXT_BYTES_MAX));
    const { seconds } = this;
    const { count } = this.table;
    for (let number = 0; number < count; number += 1) {
      const second = seconds[number] as number;
      if (second < border) continue;
      const end = this.table.write(number, scratch, 0);
      target.add(scratch, 0, end, second, hashBytes(scratch, 0, end));
    }
  }

  /** The keys that were not given yet, or all. They count as given. */
  take(which: 'new' | 'all'): KeyRange {
    const { table } = this;
    const first = which === 'all' ? 0 : this.given;
    const restsFrom = which === 'all' ? 0 : this.givenRests;
    this.given = table.count;
    this.givenRests = table.restsEnd;
    const { count } = table;
    return {
      seconds: this.seconds.subarray(first, count),
      entries: table.entriesOf(first, count),
      rests: table.restsFrom(restsFrom),
      restsFrom,
    };
  }

  clear(): void {
    this.table.clear();
    this.counts.clear();
    this.given = this.givenRests = 0;
  }

  private grow(): void {
    const grown = new Float64Array(this.seconds.length * 2);
    grown.set(this.seconds);
    this.seconds = grown;
  }
}

export class KeyMemory {
  /** A trade of a second before it cannot be told from one that came before. */
  floorSecond = Number.NEGATIVE_INFINITY;
  private readonly generationMax: number;
  /** Memory of the last segment. */
  private taken = new ArrayBuffer(0);
  private young = new Generation();
  private old = new Generation();

  constructor(keysMax: number) {
    this.generationMax = Math.floor(keysMax / 2);
  }

  get size(): number {
    return this.young.table.count + this.old.table.count;
  }

  get sizeBytes(): number {
    return [this.young, this.old].reduce((sum, { table, seconds }) => sum + table.sizeBytes + seconds.byteLength, 0);
  }

  /** Looks at where a key of this hash would stand, so that the memory is there when it is added: several such looks overlap. */
  touch(hash: number): number {
    return this.young.table.touch(hash) ^ this.old.table.touch(hash);
  }

  /** true where the key is new; it is kept for the second of its trade. */
  add(view: DataView, from: number, to: number, second: number, hash = hashBytes(view, from, to)): boolean {
    if (this.old.table.find(view, from, to, hash) >= 0) return false;
    return this.young.add(view, from, to, second, hash);
  }

  /**
   * Forgets keys of seconds before `floorSecond` where it is time to. Keys from `neededSecond` on are given up last: trades of those seconds are in time.
   * Called between trades, often.
   */
  forget(floorSecond: number, neededSecond: number): void {
    if (floorSecond > this.floorSecond) this.floorSecond = floorSecond;
    if (this.young.table.count < this.generationMax) return;
    const room = Math.floor(this.generationMax / CARRIED_SHARE);
    const { counts } = this.old;
    const borders = [this.floorSecond, Math.max(this.floorSecond, neededSecond)];
    this.rotate(borders.find((candidate) => counts.from(candidate) <= room) ?? counts.borderOf(room));
  }

  /** The keys that came since the last call, or all that are kept; good until the next call, which uses the memory again. */
  take(which: 'new' | 'all'): KeySegment {
    const segment = segmentOfRanges(
      [this.old, this.young].map((generation) => generation.take(which)),
      this.taken,
    );
    this.taken = segment.seconds.buffer as ArrayBuffer;
    return segment;
  }

  /** Keys as take() gave them; those below the floor are left out. They count as given. */
  restore(segment: KeySegment): void {
    eachKey(segment, (view, to, second) => {
      if (second >= this.floorSecond) this.add(view, 0, to, second);
    });
    this.young.take('new');
  }

  /** The older generation goes but for its keys from `border` on, which join the younger one; that becomes the older. */
  private rotate(border: number): void {
    const { old, young } = this;
    if (old.counts.from(border) > 0) old.carry(border, young);
    this.floorSecond = Math.max(this.floorSecond, old.counts.newestBefore(border) + 1);
    old.clear();
    this.young = old;
    this.old = young;
  }
}

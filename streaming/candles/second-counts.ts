/** How many keys there are of each second. Of neighbouring seconds, which alternate, each is counted apart before it goes into the map. */

/** A power of two. */
const APART = 16;

export class SecondCounts {
  private readonly settled = new Map<number, number>();
  private readonly seconds = new Float64Array(APART).fill(Number.NaN);
  private readonly pending = new Float64Array(APART);

  add(second: number): void {
    const at = second & (APART - 1);
    if (this.seconds[at] !== second) {
      this.settle(at);
      this.seconds[at] = second;
    }
    this.pending[at] = (this.pending[at] as number) + 1;
  }

  clear(): void {
    this.settled.clear();
    this.pending.fill(0);
  }

  /** Of this second or a later one. */
  from(first: number): number {
    let sum = 0;
    for (const [second, count] of this.all()) if (second >= first) sum += count;
    return sum;
  }

  /** The newest second before `border`; -Infinity where there is none. */
  newestBefore(border: number): number {
    let newest = Number.NEGATIVE_INFINITY;
    for (const second of this.all().keys()) if (second < border && second > newest) newest = second;
    return newest;
  }

  /** From which second on there are not more than `room`. */
  borderOf(room: number): number {
    let sum = 0;
    let border = Number.POSITIVE_INFINITY;
    for (const [second, count] of [...this.all()].sort(([a], [b]) => b - a)) {
      sum += count;
      if (sum > room) break;
      border = second;
    }
    return border;
  }

  private all(): ReadonlyMap<number, number> {
    for (let at = 0; at < APART; at += 1) this.settle(at);
    return this.settled;
  }

  private settle(at: number): void {
    const count = this.pending[at] as number;
    if (count === 0) return;
    const second = this.seconds[at] as number;
    this.settled.set(second, (this.settled.get(second) ?? 0) + count);
    this.pending[at] = 0;
  }
}

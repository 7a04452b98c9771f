/** So many pieces of work at once; of those that wait, the one whose deadline is nearest comes next, and of equal ones the one that came first. */
interface Waiting {
  readonly dueAtUs: bigint;
  readonly order: number;
  readonly start: () => void;
}

export class PrioritySlots {
  private readonly slotsMax: number;
  private taken = 0;
  private came = 0;
  /** A binary heap: no entry is before its parent at (index - 1) >> 1. */
  private readonly heap: Waiting[] = [];

  constructor(slotsMax: number) {
    this.slotsMax = slotsMax;
  }

  get waiting(): number {
    return this.heap.length;
  }

  get working(): number {
    return this.taken;
  }

  async use<T>(dueAtUs: bigint, work: () => Promise<T>): Promise<T> {
    if (this.taken < this.slotsMax) this.taken += 1;
    else await new Promise<void>((start) => this.push({ dueAtUs, order: (this.came += 1), start }));
    try {
      return await work();
    } finally {
      const next = this.pop();
      if (next === undefined) this.taken -= 1;
      else next.start();
    }
  }

  private push(entry: Waiting): void {
    const { heap } = this;
    let place = heap.push(entry) - 1;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!isBefore(entry, heap[parent] as Waiting)) break;
      heap[place] = heap[parent] as Waiting;
      place = parent;
    }
    heap[place] = entry;
  }

  private pop(): Waiting | undefined {
    const { heap } = this;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let place = 0;
    for (;;) {
      const left = 2 * place + 1;
      if (left >= heap.length) break;
      const right = left + 1;
      const child = right < heap.length && isBefore(heap[right] as Waiting, heap[left] as Waiting) ? right : left;
      if (!isBefore(heap[child] as Waiting, last)) break;
      heap[place] = heap[child] as Waiting;
      place = child;
    }
    heap[place] = last;
    return first;
  }
}

function isBefore(left: Waiting, right: Waiting): boolean {
  return left.dueAtUs === right.dueAtUs ? left.order < right.order : left.dueAtUs < right.dueAtUs;
}

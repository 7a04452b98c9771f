/** Messages that are sent later than their turn, by the event time at which they are due: a heap with a bounded size. */
import type { SimulatedMessage } from '../simulated-message.ts';

export const HELD_MESSAGES_MAX = 65_536;

export interface HeldMessage {
  readonly dueMicros: number;
  readonly message: Omit<SimulatedMessage, 'position'>;
}

export class HeldMessages {
  private readonly heap: HeldMessage[] = [];

  get size(): number {
    return this.heap.length;
  }

  get isFull(): boolean {
    return this.heap.length >= HELD_MESSAGES_MAX;
  }

  /** Due time of the first; Infinity when nothing is held. */
  get firstDueMicros(): number {
    return this.heap[0]?.dueMicros ?? Infinity;
  }

  hold(held: HeldMessage): void {
    const { heap } = this;
    let place = heap.length;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || above.dueMicros <= held.dueMicros) break;
      heap[place] = above;
      place = parent;
    }
    heap[place] = held;
  }

  takeFirst(): HeldMessage | undefined {
    const { heap } = this;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || first === last) return first;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      const [left, right] = [heap[child], heap[child + 1]];
      if (left === undefined) break;
      let below = left;
      if (right !== undefined && right.dueMicros < left.dueMicros) {
        below = right;
        child += 1;
      }
      if (below.dueMicros >= last.dueMicros) break;
      heap[place] = below;
      place = child;
    }
    heap[place] = last;
    return first;
  }
}

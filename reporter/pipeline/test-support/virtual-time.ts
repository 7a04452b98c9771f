/** A clock that stands until everything that can be done is done, and then jumps to the next moment for which somebody waits. */
import { setImmediate as turn } from 'node:timers/promises';
import type { Time } from '../../../core/time/time.ts';

interface Timer {
  readonly atMs: number;
  readonly ring: () => void;
}

/** Turns of the event loop without anything happening until work counts as done: writes to a store in memory take some. */
const QUIET_TURNS = 20;
const JUMPS_MAX = 3000;

export class VirtualTime implements Time {
  private ms: number;
  private readonly timers = new Set<Timer>();

  constructor(start = '2026-03-02T08:00:00Z') {
    this.ms = Date.parse(start);
  }

  nowMs(): number {
    return this.ms;
  }

  monotonicMs(): number {
    return this.ms;
  }

  /** Of those for whom somebody waits, or for whom somebody waited. */
  get waiting(): number {
    return this.timers.size;
  }

  async wait(milliseconds: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    await new Promise<void>((resolve) => {
      const timer = {
        atMs: this.ms + milliseconds,
        ring: () => {
          this.timers.delete(timer);
          signal.removeEventListener('abort', timer.ring);
          resolve();
        },
      };
      this.timers.add(timer);
      signal.addEventListener('abort', timer.ring, { once: true });
    });
  }

  /** Jumps until the condition holds. */
  async until(condition: () => boolean): Promise<void> {
    for (let jumps = 0; jumps < JUMPS_MAX; jumps += 1) {
      for (let turns = 0; turns < QUIET_TURNS; turns += 1) {
        if (condition()) return;
        await turn();
      }
      const next = [...this.timers].sort((left, right) => left.atMs - right.atMs)[0];
      if (next === undefined) continue;
      this.ms = Math.max(this.ms, next.atMs);
      next.ring();
    }
    throw new Error('What is waited for never happens.');
  }

  async pass(ms: number): Promise<void> {
    const end = this.ms + ms;
    const signal = new AbortController().signal;
    let isOver = false;
    void this.wait(ms, signal).then(() => (isOver = true));
    await this.until(() => isOver && this.ms >= end);
  }
}

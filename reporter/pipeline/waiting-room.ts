/** Reports that cannot go on now: they wait for a time, for new reference data, or for the end of another step of their trade. */
import type { Time } from '../../core/time/time.ts';

/**
 * parked: reference data are missing. waiting: another event's or instance's step has no end. pending: the regulator has not decided. ambiguous: nobody
 * knows whether it was sent. breaker: the regulator does not answer anybody. store: the object store does not.
 */
export type WaitReason = 'parked' | 'waiting' | 'pending' | 'ambiguous' | 'breaker' | 'store';
export const WAIT_REASONS: readonly WaitReason[] = ['parked', 'waiting', 'pending', 'ambiguous', 'breaker', 'store'];

interface Waiter {
  readonly reason: WaitReason;
  readonly wake: () => void;
}

export class WaitingRoom {
  private readonly time: Time;
  private readonly byLane = new Map<string, Set<Waiter>>();
  private readonly counts = new Map<WaitReason, number>();
  private readonly closing = new AbortController();

  constructor(time: Time) {
    this.time = time;
  }

  count(reason: WaitReason): number {
    return this.counts.get(reason) ?? 0;
  }

  /** true when it was woken or the time is over; false when the room closes: then nothing more is to be done here. */
  async wait(lane: string, reason: WaitReason, ms: number): Promise<boolean> {
    if (this.closing.signal.aborted) return false;
    const waking = new AbortController();
    const waiter = { reason, wake: () => waking.abort() };
    const others = this.byLane.get(lane) ?? new Set();
    this.byLane.set(lane, others.add(waiter));
    this.counts.set(reason, this.count(reason) + 1);
    const close = (): void => waking.abort();
    this.closing.signal.addEventListener('abort', close, { once: true });
    await this.time.wait(ms, waking.signal);
    this.closing.signal.removeEventListener('abort', close);
    others.delete(waiter);
    if (others.size === 0) this.byLane.delete(lane);
    this.counts.set(reason, this.count(reason) - 1);
    return !this.closing.signal.aborted;
  }

  wakeLane(lane: string): void {
    for (const { wake } of this.byLane.get(lane) ?? []) wake();
  }

  wakeAll(reason: WaitReason): void {
    for (const waiters of this.byLane.values()) for (const waiter of waiters) if (waiter.reason === reason) waiter.wake();
  }

  close(): void {
    this.closing.abort();
  }
}

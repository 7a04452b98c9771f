/** Asks the warehouse for a key that memory does not hold: once for all who wait for it, so many in a second, and not again soon where it is not there. */
import { isMarketsError } from '../../core/errors/markets-error.ts';
import type { Time } from '../../core/time/time.ts';
import type { ReferenceSearch } from './reference-kinds.ts';
import type { ReferenceLimits } from './reference-limits.ts';
import type { ReferenceMemory } from './reference-memory.ts';
import type { ReferenceKind } from './reference-view.ts';
import type { ReferenceRows } from './warehouse-references.ts';

const SECOND_MS = 1000;

export class LookThrough {
  /** Questions so far. */
  asked = 0;
  /** Code of the error of the last question; null where it was answered. */
  failing: string | null = null;
  private readonly rows: ReferenceRows;
  private readonly limits: ReferenceLimits;
  private readonly time: Time;
  private readonly flights = new Map<string, Promise<boolean>>();
  /** Until when a key is taken as absent, in the order of asking. */
  private readonly absent = new Map<string, number>();
  private window = { startMs: 0, asked: 0 };

  constructor(rows: ReferenceRows, limits: ReferenceLimits, time: Time) {
    this.rows = rows;
    this.limits = limits;
    this.time = time;
  }

  /** true when memory now holds what the warehouse has of the value; false where that is nothing, or cannot be asked now. */
  async fill(memory: ReferenceMemory, kind: ReferenceKind, search: ReferenceSearch, value: string): Promise<boolean> {
    const place = `${kind}\0${search.column}\0${value}`;
    const flying = this.flights.get(place);
    if (flying !== undefined) return await flying;
    if (this.isAbsent(place) || !this.mayAsk()) return false;
    const flight = this.ask(memory, kind, search, value, place).finally(() => this.flights.delete(place));
    this.flights.set(place, flight);
    return await flight;
  }

  private async ask(memory: ReferenceMemory, kind: ReferenceKind, search: ReferenceSearch, value: string, place: string): Promise<boolean> {
    this.asked += 1;
    try {
      const keys = await this.rows.lookUp(kind, search, value);
      this.failing = null;
      if (keys.length === 0) this.rememberAbsent(place);
      for (const { key, rows } of keys) memory.put(kind, key, rows);
      memory.putWhole(kind, search, value);
      return keys.length > 0;
    } catch (error) {
      // Nobody knows whether it is there: the event waits, the next one asks again.
      this.failing = isMarketsError(error) ? error.code : 'INTERNAL';
      return false;
    }
  }

  private mayAsk(): boolean {
    const nowMs = this.time.monotonicMs();
    if (nowMs - this.window.startMs >= SECOND_MS) this.window = { startMs: nowMs, asked: 0 };
    if (this.window.asked >= this.limits.lookUpsPerSecond || this.flights.size >= this.limits.lookUpsWaitingMax) return false;
    this.window.asked += 1;
    return true;
  }

  private isAbsent(place: string): boolean {
    const untilMs = this.absent.get(place);
    if (untilMs === undefined) return false;
    if (untilMs > this.time.monotonicMs()) return true;
    this.absent.delete(place);
    return false;
  }

  private rememberAbsent(place: string): void {
    if (this.absent.size >= this.limits.absentMax) this.absent.delete(this.absent.keys().next().value as string);
    this.absent.set(place, this.time.monotonicMs() + this.limits.absentMs);
  }
}

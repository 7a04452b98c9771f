/**
 * Reference data as reports need them: in memory, refreshed as a whole, looked up in the warehouse where a key is not there. While the warehouse does not
 * answer, what is there serves on, and the state says so.
 */
import { isMarketsError } from '../../core/errors/markets-error.ts';
import { momentOf, type Time } from '../../core/time/time.ts';
import { reportingColumn } from '../event/reporting-columns.ts';
import type { TradeEvent } from '../event/trade-event.ts';
import type { ReferenceLimits } from './reference-limits.ts';
import { REFERENCE_KINDS, REFERENCE_TABLES } from './reference-kinds.ts';
import { LookThrough } from './look-through.ts';
import { ReferenceMemory } from './reference-memory.ts';
import type { MissingReference, ReferenceKind, ReferenceVersion, ReferenceView } from './reference-view.ts';
import type { ReferenceRows } from './warehouse-references.ts';

export interface ReferenceState {
  /** ISO 8601 UTC of the last whole refresh; null before the first. */
  readonly loaded_at: string | null;
  readonly age_seconds: number | null;
  readonly versions: number;
  /** false where memory does not hold all there is. */
  readonly whole: boolean;
  /** Code of the error for which the last refresh failed; null where it did not. */
  readonly failing: string | null;
  /** Nothing was ever loaded, or what serves is older than allowed: somebody has to look. */
  readonly alarm: boolean;
  readonly looked_up: number;
}

export type Viewed = { readonly view: ReferenceView } | { readonly missing: readonly MissingReference[] };

export class ReferenceCache {
  private readonly rows: ReferenceRows;
  private readonly limits: ReferenceLimits;
  private readonly time: Time;
  private readonly listeners = new Set<() => void>();
  private readonly lookThrough: LookThrough;
  private memory: ReferenceMemory;
  private refreshing: Promise<void> | null = null;
  private loadedAt: { readonly text: string; readonly ms: number } | null = null;
  private failing: string | null = null;

  constructor(rows: ReferenceRows, limits: ReferenceLimits, time: Time) {
    this.rows = rows;
    this.limits = limits;
    this.time = time;
    this.memory = new ReferenceMemory(limits.versionsMax);
    this.lookThrough = new LookThrough(rows, limits, time);
  }

  /** Kinds that are not asked for are null in the view. */
  async view(event: Pick<TradeEvent, 'row' | 'tradeTimeUs'>, kinds: readonly ReferenceKind[]): Promise<Viewed> {
    const view: Record<ReferenceKind, ReferenceVersion | null> = { counterparty: null, trader: null, instrument: null, book: null };
    const missing: MissingReference[] = [];
    for (const kind of kinds) {
      const found = await this.find(kind, event);
      if (found !== null && 'hash' in found) view[kind] = found;
      else if (found !== null) missing.push(found);
    }
    return missing.length === 0 ? { view } : { missing };
  }

  private async find(
    kind: ReferenceKind,
    { row, tradeTimeUs }: Pick<TradeEvent, 'row' | 'tradeTimeUs'>,
  ): Promise<ReferenceVersion | MissingReference | null> {
    let named: MissingReference | null = null;
    for (const search of REFERENCE_TABLES[kind].searches) {
      const value = row[reportingColumn(search.eventColumn)];
      if (typeof value !== 'string' || value === '') continue;
      named ??= { kind, key: value };
      const found = this.memory.find(kind, search, value, tradeTimeUs);
      if (typeof found === 'object') return found;
      // A key that is held without a version at that time is not there: the next refresh tells, not another question.
      if (found === 'absent') continue;
      if (!(await this.lookThrough.fill(this.memory, kind, search, value))) continue;
      const filled = this.memory.find(kind, search, value, tradeTimeUs);
      if (typeof filled === 'object') return filled;
    }
    return named;
  }

  /** Loads everything anew; one at a time, who asks meanwhile waits for the same. Never throws for the warehouse: the state says what is wrong. */
  async refresh(): Promise<ReferenceState> {
    this.refreshing ??= this.load().finally(() => {
      this.refreshing = null;
    });
    await this.refreshing;
    return this.state();
  }

  private async load(): Promise<void> {
    const memory = new ReferenceMemory(this.limits.versionsMax);
    try {
      for (const kind of REFERENCE_KINDS) {
        // A fourth for each kind, so that a large one does not drive the others out.
        const most = Math.max(1, Math.floor(this.limits.versionsMax / REFERENCE_KINDS.length));
        for await (const { key, rows } of this.rows.all(kind, most, () => memory.leftOut())) memory.put(kind, key, rows);
      }
    } catch (error) {
      this.failing = isMarketsError(error) ? error.code : 'INTERNAL';
      return;
    }
    this.memory = memory;
    this.failing = null;
    this.loadedAt = { text: momentOf(this.time.nowMs()), ms: this.time.monotonicMs() };
    for (const listener of this.listeners) listener();
  }

  /** Called after each whole refresh: what was missing may be there. */
  onRefresh(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Refreshes until the signal; the first refresh is awaited. After a failure it is tried again sooner. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.refresh();
      await this.time.wait(this.failing === null ? this.limits.refreshMs : this.limits.retryMs, signal);
    }
  }

  state(): ReferenceState {
    const ageMs = this.loadedAt === null ? null : this.time.monotonicMs() - this.loadedAt.ms;
    return {
      loaded_at: this.loadedAt?.text ?? null,
      age_seconds: ageMs === null ? null : Math.round(ageMs / 1000),
      versions: this.memory.versions,
      whole: this.memory.isWhole,
      failing: this.failing ?? this.lookThrough.failing,
      alarm: ageMs === null || ageMs > this.limits.staleMs,
      looked_up: this.lookThrough.asked,
    };
  }
}

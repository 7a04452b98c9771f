/**
 * The checks of one unit: the messages of a partition that arrived on one UTC day, in the order of their offsets. Nothing is remembered from another
 * day, so that a warehouse finds the same in the same messages (macros/cross_db/quality.sql says it in SQL). Memory is bounded by instruments, window and
 * fingerprints.
 */
import type { Cell } from '../../core/engine/output/file-output.ts';
import { OUTLIER_UNITS_LIMIT, FINDING_SCALE } from '../../core/quality/outlier-threshold.ts';
import { gapSeverity, SEVERITY_OF, type QualityFinding } from '../../core/quality/quality-finding.ts';
import { FingerprintMemory, type SeenFingerprint } from './fingerprint-memory.ts';
import { outlierMeasure } from './outlier-measure.ts';
import type { NumberColumn, QualityColumns } from './quality-columns.ts';
import { ValueWindow } from './value-window.ts';

/** Instruments beyond are not followed. */
export const INSTRUMENTS_FOLLOWED_MAX = 50_000;
/** A measure of an amount is told where its parts are below this, at scale 18. */
export const AMOUNT_LIMIT = 10n ** 36n;

export interface ObservedMessage {
  readonly values: readonly Cell[];
  readonly offset: bigint;
  /** The message's time in the log, milliseconds. */
  readonly arrivedMs: number;
}

interface Followed {
  newestMicros: bigint | null;
  readonly window: ValueWindow | null;
}

type Told = Pick<QualityFinding, 'check' | 'column' | 'measure' | 'threshold'> & { readonly severity?: QualityFinding['severity'] };

/** What a unit remembers, as JSON. */
export interface UnitState {
  readonly newest: string | null;
  readonly instruments: readonly (readonly [name: string, newest: string | null, values: readonly string[]])[];
  readonly fingerprints: FingerprintState | null;
}

interface FingerprintState {
  readonly since: string | null;
  readonly young: readonly (readonly [fingerprint: string, micros: string])[];
  readonly old: readonly (readonly [fingerprint: string, micros: string])[];
}

export class UnitChecks {
  readonly columns: QualityColumns;
  private readonly instruments = new Map<string, Followed>();
  private readonly fingerprints: FingerprintMemory | null;
  private newestMicros: bigint | null = null;
  /** Messages of instruments that were one too many. */
  notFollowed = 0;

  constructor(columns: QualityColumns) {
    this.columns = columns;
    this.fingerprints = columns.duplicates === null ? null : new FingerprintMemory(columns.duplicates.withinMicros);
  }

  observe(message: ObservedMessage, found: (finding: QualityFinding) => void): void {
    const { values, offset, arrivedMs } = message;
    const eventMicros = this.columns.eventMicros(values);
    const instrument = this.columns.instrument(values);
    const tell = ({ check, column, measure, threshold, severity }: Told): void => {
      const own = severity ?? (check === 'gap' ? gapSeverity(0) : SEVERITY_OF[check]);
      found({ check, column, offset, eventMicros, instrument, measure, threshold, severity: own, arrivedMs });
    };
    this.checkValues(values, tell);
    if (eventMicros === null || this.isFuture(eventMicros, arrivedMs, tell)) return;
    this.checkDuplicate(values, eventMicros, tell);
    if (instrument !== null) this.follow(instrument, values, eventMicros, tell);
    if (this.newestMicros === null || eventMicros > this.newestMicros) this.newestMicros = eventMicros;
  }

  state(): UnitState {
    return {
      newest: textOf(this.newestMicros),
      instruments: [...this.instruments].map(([name, { newestMicros, window }]) => [
        name,
        textOf(newestMicros),
        window === null ? [] : window.values().map(String),
      ]),
      fingerprints: fingerprintState(this.fingerprints),
    };
  }

  restore({ newest, instruments, fingerprints }: UnitState): void {
    this.newestMicros = numberOf(newest);
    for (const [name, newestMicros, values] of instruments) {
      const followed = this.newFollowed(numberOf(newestMicros));
      for (const value of values) followed.window?.add(BigInt(value));
      this.instruments.set(name, followed);
    }
    if (fingerprints !== null) {
      this.fingerprints?.restore(numberOf(fingerprints.since), fingerprints.young.map(seenOf), fingerprints.old.map(seenOf));
    }
  }

  private checkValues(values: readonly Cell[], tell: (told: Told) => void): void {
    const { crossed, positive } = this.columns;
    for (const column of positive) {
      const value = values[column.index];
      if ((typeof value === 'bigint' || typeof value === 'number') && value <= 0) {
        tell({ check: 'positive', column: column.name, measure: null, threshold: 0n });
      }
    }
    if (crossed === null) return;
    const [bid, ask] = [values[crossed.bid.index], values[crossed.ask.index]];
    if (isCrossed(crossed.bid, bid, crossed.ask, ask)) {
      tell({ check: 'crossed', column: crossed.bid.name, measure: differenceOf(crossed.bid, bid, crossed.ask, ask), threshold: 0n });
    }
  }

  private isFuture(eventMicros: bigint, arrivedMs: number, tell: (told: Told) => void): boolean {
    const { futureMicros } = this.columns;
    const ahead = eventMicros - BigInt(arrivedMs) * 1000n;
    if (futureMicros === null || ahead <= futureMicros) return false;
    tell({ check: 'future', column: '', measure: milliseconds(ahead), threshold: milliseconds(futureMicros) });
    return true;
  }

  private checkDuplicate(values: readonly Cell[], eventMicros: bigint, tell: (told: Told) => void): void {
    const { duplicates } = this.columns;
    if (duplicates === null || this.fingerprints === null) return;
    const newest = this.newestMicros ?? eventMicros;
    // Too late to be compared: its likes are forgotten.
    if (eventMicros < newest - duplicates.withinMicros) return;
    const before = this.fingerprints.exchange(duplicates.fingerprint(values), eventMicros, newest);
    if (before === undefined) return;
    const distance = before > eventMicros ? before - eventMicros : eventMicros - before;
    if (distance > duplicates.withinMicros) return;
    tell({ check: 'duplicate', column: '', measure: milliseconds(distance), threshold: milliseconds(duplicates.withinMicros) });
  }

  private follow(instrument: string, values: readonly Cell[], eventMicros: bigint, tell: (told: Told) => void): void {
    let followed = this.instruments.get(instrument);
    if (followed === undefined) {
      if (this.instruments.size >= INSTRUMENTS_FOLLOWED_MAX) {
        this.notFollowed += 1;
        return;
      }
      this.instruments.set(instrument, (followed = this.newFollowed(null)));
    }
    const { newestMicros } = followed;
    if (newestMicros !== null) this.checkGap(eventMicros - newestMicros, tell);
    if (newestMicros === null || eventMicros > newestMicros) followed.newestMicros = eventMicros;
    if (followed.window !== null) this.checkOutlier(values, followed.window, tell);
  }

  private checkGap(silence: bigint, tell: (told: Told) => void): void {
    const rank = this.columns.gapsMicros.findLastIndex((gap) => silence >= gap);
    const gap = this.columns.gapsMicros[rank];
    if (gap === undefined) return;
    tell({ check: 'gap', column: '', measure: milliseconds(silence), threshold: milliseconds(gap), severity: gapSeverity(rank) });
  }

  private checkOutlier(values: readonly Cell[], window: ValueWindow, tell: (told: Told) => void): void {
    const { outlier } = this.columns;
    if (outlier === null) return;
    const value = values[outlier.column.index];
    if (typeof value !== 'bigint' || value >= OUTLIER_UNITS_LIMIT || value <= -OUTLIER_UNITS_LIMIT) return;
    const measure = window.isFull ? outlierMeasure(value, window, outlier.threshold) : null;
    if (measure !== null) tell({ check: 'outlier', column: outlier.column.name, measure, threshold: outlier.threshold.threshold });
    window.add(value);
  }

  private newFollowed(newestMicros: bigint | null): Followed {
    const { outlier } = this.columns;
    return { newestMicros, window: outlier === null ? null : new ValueWindow(outlier.threshold.window) };
  }
}

/** Microseconds as milliseconds at scale 18. */
function milliseconds(micros: bigint): bigint {
  return micros * 10n ** BigInt(FINDING_SCALE - 3);
}

function isCrossed(bidColumn: NumberColumn, bid: Cell | undefined, askColumn: NumberColumn, ask: Cell | undefined): boolean {
  if (typeof bid === 'number' && typeof ask === 'number') return bid >= ask;
  if (typeof bid !== 'bigint' || typeof ask !== 'bigint' || bidColumn.scale === null || askColumn.scale === null) return false;
  return bid * 10n ** BigInt(askColumn.scale) >= ask * 10n ** BigInt(bidColumn.scale);
}

/** null for floats, and where an amount is too large for a measure. */
function differenceOf(bidColumn: NumberColumn, bid: Cell | undefined, askColumn: NumberColumn, ask: Cell | undefined): bigint | null {
  const [left, right] = [amountOf(bidColumn, bid), amountOf(askColumn, ask)];
  if (left === null || right === null || isLarge(left) || isLarge(right)) return null;
  return left - right;
}

function isLarge(amount: bigint): boolean {
  return amount >= AMOUNT_LIMIT || amount <= -AMOUNT_LIMIT;
}

/** At scale 18. */
function amountOf({ scale }: NumberColumn, value: Cell | undefined): bigint | null {
  if (typeof value !== 'bigint' || scale === null) return null;
  return scale <= FINDING_SCALE ? value * 10n ** BigInt(FINDING_SCALE - scale) : null;
}

function textOf(value: bigint | null): string | null {
  return value === null ? null : value.toString();
}

function numberOf(text: string | null): bigint | null {
  return text === null ? null : BigInt(text);
}

function fingerprintState(memory: FingerprintMemory | null): FingerprintState | null {
  if (memory === null) return null;
  const { since, young, old } = memory.state();
  return { since, young: young.map(seenText), old: old.map(seenText) };
}

function seenText([fingerprint, micros]: SeenFingerprint): readonly [string, string] {
  return [fingerprint, micros.toString()];
}

function seenOf([fingerprint, micros]: readonly [string, string]): SeenFingerprint {
  return [fingerprint, BigInt(micros)];
}

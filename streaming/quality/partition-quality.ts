/** The quality of one partition: a unit a UTC day of arrival, of which the two newest are kept. */
import type { QualityFinding } from '../../core/quality/quality-finding.ts';
import type { QualityColumns } from './quality-columns.ts';
import { UnitChecks, type ObservedMessage, type UnitState } from './unit-checks.ts';

const MS_PER_DAY = 86_400_000;
/** Around midnight messages of two days come side by side. */
const DAYS_KEPT = 2;

export interface PartitionQualityState {
  readonly days: readonly (readonly [day: number, state: UnitState])[];
}

export class PartitionQuality {
  private readonly columns: QualityColumns;
  private readonly days = new Map<number, UnitChecks>();
  private ofDaysPast = 0;

  constructor(columns: QualityColumns) {
    this.columns = columns;
  }

  observe(message: ObservedMessage, found: (finding: QualityFinding) => void): void {
    const day = Math.floor(message.arrivedMs / MS_PER_DAY);
    const unit = this.days.get(day) ?? this.begin(day);
    if (unit === null) this.ofDaysPast += 1;
    else unit.observe(message, found);
  }

  /** Messages that were not looked at: of a day that is not kept any more, or of instruments beyond the limit. */
  get notFollowed(): number {
    return [...this.days.values()].reduce((sum, unit) => sum + unit.notFollowed, this.ofDaysPast);
  }

  state(): PartitionQualityState {
    return { days: [...this.days].map(([day, unit]) => [day, unit.state()]) };
  }

  restore({ days }: PartitionQualityState): void {
    for (const [day, state] of days) {
      const unit = new UnitChecks(this.columns);
      unit.restore(state);
      this.days.set(day, unit);
    }
  }

  private begin(day: number): UnitChecks | null {
    const oldest = Math.min(...this.days.keys());
    if (this.days.size === DAYS_KEPT) {
      if (day < oldest) return null;
      this.ofDaysPast += this.days.get(oldest)?.notFollowed ?? 0;
      this.days.delete(oldest);
    }
    const unit = new UnitChecks(this.columns);
    this.days.set(day, unit);
    return unit;
  }
}

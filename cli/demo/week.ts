/**
 * The business week of the demo bank, Monday 2023-01-30 to Friday 2023-02-03: which files lie in landing/ before each
 * cycle, and what has to become of them. The same seed gives the same bytes; no wall clock is read.
 */
import { seededRandom } from '../../core/sample-data/random.ts';
import { weekTrades, type WeekTrades } from './week-trades.ts';
import { monday, tuesday, wednesday, thursday, friday } from './days.ts';
import type { Delivery } from './files/delivery.ts';

export interface DemoCycle {
  /** The run's clock: ISO 8601 UTC with 6 digits. */
  readonly now: string;
  /** For a reader: what happens before this cycle. */
  readonly title: string;
  readonly deliveries: readonly Delivery[];
}

export interface DemoWeek {
  readonly seed: number;
  readonly cycles: readonly DemoCycle[];
  readonly trades: WeekTrades;
}

export const DEMO_SEED = 20230130;

export function demoWeek(seed: number = DEMO_SEED): DemoWeek {
  const trades = weekTrades(seededRandom(seed));
  const cycles = [...monday(trades), ...tuesday(trades), ...wednesday(trades), ...thursday(trades), ...friday(trades)];
  return { seed, cycles, trades };
}

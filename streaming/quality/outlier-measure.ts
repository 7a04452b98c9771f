/** Judges one value against a window of those before it; see outlier-threshold.ts for the decision in whole numbers. */
import {
  FINDING_SCALE,
  MAD_FACTOR,
  MAD_FACTOR_UNIT,
  OUTLIER_SPREAD_LIMIT,
  PLAIN_MEASURE_DIGITS,
  ROBUST_MEASURE_DIGITS,
  type OutlierThreshold,
} from '../../core/quality/outlier-threshold.ts';
import { divideRounded } from '../../core/types/decimal.ts';
import type { ValueWindow } from './value-window.ts';

/** The measure of an outlier at scale 18; null where the value is none. The window is full. */
export function outlierMeasure(value: bigint, window: ValueWindow, threshold: OutlierThreshold): bigint | null {
  return threshold.isRobust ? robustMeasure(value, window, threshold) : plainMeasure(value, window, threshold);
}

function robustMeasure(value: bigint, window: ValueWindow, { p, q }: OutlierThreshold): bigint | null {
  const median = window.twiceMedian();
  const deviations = window.fourDeviations(median);
  const distance = 2n * absolute(2n * value - median);
  if (deviations === 0n || distance * q * MAD_FACTOR_UNIT <= p * MAD_FACTOR * deviations) return null;
  return measureOf(distance * MAD_FACTOR_UNIT, MAD_FACTOR * deviations, ROBUST_MEASURE_DIGITS);
}

function plainMeasure(value: bigint, window: ValueWindow, { p, q, window: size }: OutlierThreshold): bigint | null {
  let [sum, squares, largest] = [0n, 0n, 0n];
  for (const before of window.values()) {
    const difference = before - value;
    sum += difference;
    squares += difference * difference;
    const distance = absolute(difference);
    if (distance > largest) largest = distance;
  }
  if (BigInt(size) * largest >= OUTLIER_SPREAD_LIMIT) return null;
  const square = sum * sum;
  const spread = BigInt(size) * squares - square;
  if (spread === 0n || square * q * q <= p * p * spread) return null;
  return measureOf(square, spread, PLAIN_MEASURE_DIGITS);
}

function measureOf(dividend: bigint, divisor: bigint, digits: number): bigint {
  return divideRounded(dividend * 10n ** BigInt(digits), divisor) * 10n ** BigInt(FINDING_SCALE - digits);
}

function absolute(value: bigint): bigint {
  return value < 0n ? -value : value;
}

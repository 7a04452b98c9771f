/**
 * When a value is an outlier, in whole numbers alone, so that a live check and a warehouse decide alike. Values are units of the column's last digit; of
 * `window` values before it, sorted:
 *
 *   robust: m = the two middle values added (twice the median), s = the two middle ones of |2v - m| added (four times the median absolute deviation);
 *           outlier where 2 |2x - m| q 10000 > p 14826 s, with sigma = p / q. The measure is the number of deviations, with 6 decimals.
 *   else:   d = v - x, a = |sum of d|, b = window x sum of d x d - a x a (window squared times the variance); outlier where a a q q > p p b.
 *           The measure is the square of the number of deviations, with 3 decimals, for squares are exact.
 *
 * No window without a spread makes outliers (s or b of 0). What lies beyond the limits below is not looked at.
 */
import { MarketsError } from '../errors/markets-error.ts';
import type { OutlierCheck, SourceSpec } from '../spec/source-spec.ts';
import { parseDecimal } from '../types/decimal.ts';

/** Values are below this, in units. Twice it still fits into 64 bits, and every product above into 38 digits. */
export const OUTLIER_UNITS_LIMIT = 10n ** 18n;
/** Of the check that is not robust: window x largest difference, in units. */
export const OUTLIER_SPREAD_LIMIT = 10n ** 17n;
/** Of the check that is not robust: p and q. */
const RATIO_MAX = 100n;
export const MAD_FACTOR = 14_826n;
export const MAD_FACTOR_UNIT = 10_000n;
export const ROBUST_MEASURE_DIGITS = 6;
export const PLAIN_MEASURE_DIGITS = 3;

export interface OutlierThreshold {
  readonly window: number;
  readonly isRobust: boolean;
  /** sigma = p / q without common factors. */
  readonly p: bigint;
  readonly q: bigint;
  /** Digits behind the point of the column. */
  readonly scale: number;
  /** What a measure is compared with: sigma, or its square. At scale 18. */
  readonly threshold: bigint;
}

export const FINDING_SCALE = 18;

/** SPEC_NOT_SUPPORTED where the check cannot be decided exactly. */
export function outlierThreshold(spec: SourceSpec, check: OutlierCheck): OutlierThreshold {
  const type = spec.schema.find(({ name }) => name === check.column)?.type;
  if (type?.kind !== 'DECIMAL' && type?.kind !== 'INT64') {
    throw unsupported(spec, 'a column of NUMERIC, BIGNUMERIC or INT64', `${check.column} of ${type?.kind ?? 'no type'}`);
  }
  const written = parseDecimal(check.sigma) ?? { digits: 0n, scale: 0 };
  const unit = 10n ** BigInt(written.scale);
  const common = greatestCommonDivisor(written.digits, unit);
  const [p, q] = [written.digits / common, unit / common];
  if (!check.is_robust && (p > RATIO_MAX || q > RATIO_MAX)) {
    throw unsupported(spec, `a sigma that is a ratio of two whole numbers up to ${RATIO_MAX}, such as 4.5`, check.sigma);
  }
  const scaled = written.digits * 10n ** BigInt(FINDING_SCALE - written.scale);
  const squared = (written.digits * written.digits * 10n ** BigInt(FINDING_SCALE)) / (unit * unit);
  const scale = type.kind === 'DECIMAL' ? type.scale : 0;
  if (scale > FINDING_SCALE) throw unsupported(spec, `at most ${FINDING_SCALE} digits behind the point`, `${scale} of ${check.column}`);
  return { window: check.window, isRobust: check.is_robust, p, q, scale, threshold: check.is_robust ? scaled : squared };
}

function greatestCommonDivisor(left: bigint, right: bigint): bigint {
  return right === 0n ? left : greatestCommonDivisor(right, left % right);
}

function unsupported(spec: SourceSpec, expected: string, found: string): MarketsError {
  const next = 'Change quality.outliers of the spec.';
  return new MarketsError('SPEC_NOT_SUPPORTED', `quality.outliers of ${spec.name} cannot be decided exactly.`, {
    ...{ expected, found, next, place: { file: spec.spec_file } },
  });
}

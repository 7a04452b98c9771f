/** A text that a column should accept, as it would stand in a file. The engine's own checks decide whether it does. */
import { printDecimal } from '../types/decimal.ts';
import { printValue } from '../types/print-value.ts';
import type { Column } from '../spec/source-spec.ts';
import type { Value } from '../types/column-type.ts';
import { groupText } from './formats/fix-text.ts';
import { identifier } from './identifiers.ts';
import { patternSampler } from './pattern-text.ts';
import type { Random } from './random.ts';
import { timeText } from './time-text.ts';

export interface RowSeed {
  /** What the row's clocks show: microseconds since 1970-01-01T00:00:00. One moment a row, so that its times agree. */
  readonly micros: bigint;
  /** 1-based; makes keys differ. */
  readonly serial: number;
  /** Texts that accepted inline tests of the spec give for a column, for what cannot be made up. */
  readonly known: ReadonlyMap<string, readonly string[]>;
}

const DAY_MICROS = 86_400_000_000n;
/** Numbers without bounds are made up to this. */
const UP_TO = 1000n;
const LARGEST_INT64 = 2n ** 63n - 1n;

export function goodText(column: Column, random: Random, seed: RowSeed, separator: '.' | ','): string {
  if (column.allowed_values !== null && column.allowed_values.length > 0) {
    return valueText(column, random.pick(column.allowed_values), separator);
  }
  if (column.check !== null) return identifier(column.check, random);
  switch (column.type.kind) {
    case 'STRING':
      return stringText(column, random, seed);
    case 'INT64':
      return String(whole(column, random, 1n));
    case 'DECIMAL':
      return printDecimal(whole(column, random, 10n ** BigInt(column.type.scale)), column.type.scale).replace('.', separator);
    case 'FLOAT64':
      return String(random.integer(1, 1000) / 4).replace('.', separator);
    case 'BOOL':
      return random.pick(['true', 'false']);
    case 'JSON':
      return groupTextOf(column, seed) ?? `{"sample": ${seed.serial}}`;
    case 'BYTES':
      return Buffer.from(`sample ${seed.serial}`).toString('base64');
    case 'DATE':
      return timeText(column, seed.micros - (seed.micros % DAY_MICROS));
    case 'TIME':
    case 'DATETIME':
    case 'TIMESTAMP':
      return timeText(column, seed.micros);
  }
}

function groupTextOf({ locator }: Column, seed: RowSeed): string | undefined {
  return locator.kind === 'tag' ? groupText(locator.tag, seed.serial) : undefined;
}

/** A value of the spec (allowed_values, min_value, ...) as a file writes it. */
export function valueText(column: Column, value: Value, separator: '.' | ','): string {
  if (typeof value === 'number' && column.type.kind === 'DATE') return timeText(column, BigInt(value) * DAY_MICROS);
  if (typeof value === 'bigint' && (column.type.kind === 'TIMESTAMP' || column.type.kind === 'DATETIME')) {
    return timeText(column, value);
  }
  const text = printValue(column.type, value) ?? '';
  return column.type.kind === 'DECIMAL' ? text.replace('.', separator) : text;
}

function stringText(column: Column, random: Random, seed: RowSeed): string {
  const sampler = column.pattern === null ? undefined : patternSampler(column.pattern);
  if (sampler !== undefined) return sampler(random);
  const known = seed.known.get(column.name);
  if (column.pattern !== null && known !== undefined && known.length > 0) return random.pick(known);
  const text = `${column.name.replaceAll('_', ' ')} ${seed.serial}`;
  const width = column.locator.kind === 'characters' ? column.locator.width : Number.POSITIVE_INFINITY;
  const longest = Math.min(column.max_length ?? Number.POSITIVE_INFINITY, width);
  return longest === Number.POSITIVE_INFINITY ? text : Array.from(text).slice(-longest).join('').trim();
}

/** A number within the column's bounds, in units of its last digit. */
function whole(column: Column, random: Random, unit: bigint): bigint {
  const min = typeof column.min_value === 'bigint' ? column.min_value : 0n;
  const max = typeof column.max_value === 'bigint' ? column.max_value : openEnd(column, min + UP_TO * unit);
  // Bounds are where mistakes are: the least value comes often.
  if (random.chance(1, 4) && typeof column.min_value === 'bigint') return min;
  const span = max - min < UP_TO * unit ? max - min : UP_TO * unit;
  // In steps of a hundredth of the unit, so that prices look like prices.
  const step = unit >= 100n ? unit / 100n : 1n;
  const steps = span / step;
  const chosen = BigInt(random.integer(0, Number(steps > 1_000_000_000n ? 1_000_000_000n : steps)));
  const value = min + chosen * step;
  return value > max ? max : value;
}

/** `wanted`, or the largest number of the type where that is less. */
function openEnd({ type }: Column, wanted: bigint): bigint {
  const largest = type.kind === 'DECIMAL' ? 10n ** BigInt(type.precision) - 1n : LARGEST_INT64;
  return wanted < largest ? wanted : largest;
}

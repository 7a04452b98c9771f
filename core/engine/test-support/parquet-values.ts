/** Values of every column type for tests, their borders first, and one plain text for each so that readers can be compared. */
import fc from 'fast-check';
import type { ColumnType, Value } from '../../types/column-type.ts';

/** 0001-01-01 and 9999-12-31, what a date may be in every warehouse. */
const FIRST_DAY = -719_162;
const LAST_DAY = 2_932_896;
const DAY_MICROS = 86_400_000_000;

export const TYPES: readonly ColumnType[] = [
  { kind: 'STRING' },
  { kind: 'JSON' },
  { kind: 'INT64' },
  { kind: 'DECIMAL', precision: 1, scale: 0 },
  { kind: 'DECIMAL', precision: 9, scale: 2 },
  { kind: 'DECIMAL', precision: 10, scale: 10 },
  { kind: 'DECIMAL', precision: 18, scale: 4 },
  { kind: 'DECIMAL', precision: 19, scale: 0 },
  { kind: 'DECIMAL', precision: 38, scale: 9 },
  { kind: 'DECIMAL', precision: 38, scale: 18 },
  { kind: 'FLOAT64' },
  { kind: 'BOOL' },
  { kind: 'DATE' },
  { kind: 'TIME' },
  { kind: 'DATETIME' },
  { kind: 'TIMESTAMP' },
  { kind: 'BYTES' },
];

function bigints(min: bigint, max: bigint): fc.Arbitrary<bigint> {
  return fc.oneof(
    fc.constantFrom(min, max, 0n),
    fc.bigInt({ min: -1000n < min ? min : -1000n, max: 1000n > max ? max : 1000n }),
    fc.bigInt({ min, max }),
  );
}

function instants(): fc.Arbitrary<bigint> {
  return bigints(BigInt(FIRST_DAY) * BigInt(DAY_MICROS), BigInt(LAST_DAY + 1) * BigInt(DAY_MICROS) - 1n);
}

/** Values of a type, never NULL. */
export function valuesOf(type: ColumnType): fc.Arbitrary<Value> {
  switch (type.kind) {
    case 'STRING':
      return fc.oneof(fc.constantFrom('', 'BUY', 'SELL', 'a\u0000b', '𝄞', '\uffff', 'ﬁ'), fc.string({ unit: 'binary' }));
    case 'JSON':
      return fc.json();
    case 'INT64':
      return bigints(-(2n ** 63n), 2n ** 63n - 1n);
    case 'DECIMAL':
      return bigints(-(10n ** BigInt(type.precision)) + 1n, 10n ** BigInt(type.precision) - 1n);
    case 'FLOAT64':
      return fc.double({ noNaN: true, noDefaultInfinity: true });
    case 'BOOL':
      return fc.boolean();
    case 'DATE':
      return fc.oneof(fc.constantFrom(FIRST_DAY, LAST_DAY, 0, -1), fc.integer({ min: FIRST_DAY, max: LAST_DAY }));
    case 'TIME':
      return fc.oneof(fc.constantFrom(0, DAY_MICROS - 1), fc.integer({ min: 0, max: DAY_MICROS - 1 }));
    case 'DATETIME':
    case 'TIMESTAMP':
      return instants();
    case 'BYTES':
      return fc.uint8Array({ maxLength: 40 });
  }
}

/** One text a value: numbers by their digits (decimals unscaled, times in their units), bytes in hex, doubles by their bits. */
export function plainText(type: ColumnType, value: Value): string | null {
  if (value === null) return null;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (type.kind === 'FLOAT64' && typeof value === 'number') {
    const bits = Buffer.alloc(8);
    bits.writeDoubleBE(value);
    return bits.toString('hex');
  }
  return String(value);
}

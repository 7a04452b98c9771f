/** Columns and rows on which expressions are tried: every type, its ends, NULL, and texts that trip engines. */
import fc from 'fast-check';
import type { ColumnType, Value } from '../../types/column-type.ts';

export const COLUMNS: ReadonlyMap<string, ColumnType> = new Map<string, ColumnType>([
  ['i', { kind: 'INT64' }],
  ['j', { kind: 'INT64' }],
  ['p', { kind: 'DECIMAL', precision: 38, scale: 9 }],
  ['q', { kind: 'DECIMAL', precision: 18, scale: 4 }],
  ['r', { kind: 'DECIMAL', precision: 5, scale: 5 }],
  ['w', { kind: 'DECIMAL', precision: 38, scale: 18 }],
  ['f', { kind: 'FLOAT64' }],
  ['s', { kind: 'STRING' }],
  ['t', { kind: 'STRING' }],
  ['b', { kind: 'BOOL' }],
  ['c', { kind: 'BOOL' }],
  ['d', { kind: 'DATE' }],
  ['e', { kind: 'DATE' }],
  ['h', { kind: 'TIME' }],
  ['u', { kind: 'DATETIME' }],
  ['z', { kind: 'TIMESTAMP' }],
  ['y', { kind: 'TIMESTAMP' }],
]);
export const COLUMN_NAMES = [...COLUMNS.keys()];

export const TEXTS = [
  '',
  'a',
  'ab',
  'AB',
  'BUY',
  'buy',
  ' x ',
  '\ta\r\n',
  'é',
  'É',
  'e\u0301',
  '😀b',
  '\uffee',
  'a%b_',
  "it's",
  'x\\y',
  '12',
  '-7',
  '+5',
  '1.5',
  '.5',
  '2.',
  '-2.345678901234567895',
  '1e5',
  '007',
  ' 1',
  '9223372036854775808',
  'true',
  'No',
  '2023-01-30',
  '2023-02-30',
  '0000-01-01',
  '2023-01-30T06:00:00Z',
  '2023-01-30 06:00:00.5+01:00',
  '2023-01-30T06:00:00.123456',
  '0001-01-01T00:00:00+01:00',
  '23:59:59.999999',
  '24:00:00',
  'null',
  'ß',
  'ı',
];

function decimal(precision: number): fc.Arbitrary<bigint> {
  const limit = 10n ** BigInt(precision) - 1n;
  return fc.oneof(
    fc.bigInt({ min: -limit, max: limit }),
    fc.bigInt({ min: -1_000_000n < -limit ? -limit : -1_000_000n, max: limit < 1_000_000n ? limit : 1_000_000n }),
    fc.bigInt({ min: 0n, max: limit < 10n ** 15n ? limit : 10n ** 15n }),
    fc.constantFrom(0n, limit, -limit, 1n, 5n, 50n, 500_000n < limit ? 500_000n : 5n),
  );
}

const MICROS = fc.oneof(
  fc.bigInt({ min: -62_135_596_800_000_000n, max: 253_402_300_799_999_999n }),
  fc.bigInt({ min: 1_600_000_000_000_000n, max: 1_700_000_000_000_000n }),
  fc.constantFrom(0n, -1n, 1_675_058_400_000_000n, -62_135_596_800_000_000n, 253_402_300_799_999_999n),
);

function valueOf(type: ColumnType): fc.Arbitrary<Value> {
  switch (type.kind) {
    case 'INT64':
      return fc.oneof(
        fc.bigInt({ min: -20n, max: 20n }),
        fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
        fc.constantFrom(-(2n ** 63n), 2n ** 63n - 1n, 0n, -1n, 1_675_058_400n),
      );
    case 'DECIMAL':
      return decimal(type.precision);
    case 'FLOAT64':
      return fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom(0, 0.1, 1e-7, 1e22, 123456.789, 2.5, -1.005));
    case 'BOOL':
      return fc.boolean();
    case 'DATE':
      return fc.oneof(fc.integer({ min: -719_162, max: 2_932_896 }), fc.integer({ min: 19_300, max: 19_400 }));
    case 'TIME':
      return fc.integer({ min: 0, max: 86_399_999_999 });
    case 'DATETIME':
    case 'TIMESTAMP':
      return MICROS;
    default:
      return fc.oneof(
        fc.constantFrom(...TEXTS),
        fc.string({ maxLength: 4, unit: 'grapheme' }).filter((text) => !text.includes('\0') && text.isWellFormed()),
      );
  }
}

export const ROW: fc.Arbitrary<readonly Value[]> = fc.tuple(
  ...[...COLUMNS.values()].map((type) => fc.option(valueOf(type), { freq: 6, nil: null })),
);

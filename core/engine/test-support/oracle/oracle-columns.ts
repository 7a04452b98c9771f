/** The columns that the oracle knows: good texts, and bad ones with exactly the codes that they must bring. */
import type { Column } from '../../../spec/source-spec.ts';
import type { ColumnType } from '../../../types/column-type.ts';
import type { FindingCode } from '../../findings/catalogue.ts';
import { plainColumn, type PlainFormat } from '../plain-spec.ts';
import { isin, lei } from './identifiers.ts';
import type { SeededRandom } from './seeded-random.ts';

export interface BadText {
  readonly text: string;
  readonly codes: readonly FindingCode[];
  /** In JSON it stands without quotes. */
  readonly literal?: boolean;
}

export interface OracleColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly more: Partial<Column>;
  /** In JSON a good value stands without quotes. */
  readonly literal: boolean;
  good(random: SeededRandom): string;
  bad(random: SeededRandom): BadText;
}

type BadMaker = (random: SeededRandom) => BadText;

function mismatch(...texts: readonly string[]): readonly BadMaker[] {
  return texts.map((text) => () => ({ text, codes: ['TYPE_MISMATCH'] }));
}

function broken(code: FindingCode, ...texts: readonly string[]): readonly BadMaker[] {
  return texts.map((text) => () => ({ text, codes: [code], literal: true }));
}

function column(
  name: string,
  type: ColumnType,
  good: (random: SeededRandom) => string,
  bad: readonly BadMaker[],
  more: Partial<Column> & { readonly literal?: boolean } = {},
): OracleColumn {
  const { literal = false, ...rest } = more;
  return { name, type, more: rest, literal, good, bad: (random) => random.pick(bad)(random) };
}

const two = (value: number): string => String(value).padStart(2, '0');
const day = (random: SeededRandom): string => `20${two(random.integer(0, 99))}-${two(random.integer(1, 12))}-${two(random.integer(1, 28))}`;
const time = (random: SeededRandom): string =>
  `${two(random.integer(0, 23))}:${two(random.integer(0, 59))}:${two(random.integer(0, 59))}${random.pick(['', '.5', '.123456'])}`;
const WORDS = ['alpha', 'beta, gamma', 'say "hi"', 'a;b|c', "it's", 'x < y & z', 'tab\there', 'two\nlines', 'long word '.repeat(4)];

const STRING: ColumnType = { kind: 'STRING' };
const INT64: ColumnType = { kind: 'INT64' };

/** Always there, in this order, before the others: rules and keys read them. */
export const CORE_COLUMNS: readonly OracleColumn[] = [
  column(
    'id',
    INT64,
    (random) => String(random.integer(1, 1e9)),
    [...mismatch('x1', '9223372036854775808', '1e5'), () => ({ text: '1.5', codes: ['TYPE_MISMATCH'], literal: true })],
    {
      literal: true,
      nullable: false,
      unique: true,
    },
  ),
  column('side', STRING, (random) => random.pick(['BUY', 'SELL']), [() => ({ text: 'HOLD', codes: ['VALUE_NOT_ALLOWED'] })], {
    nullable: false,
    allowed_values: ['BUY', 'SELL'],
  }),
  column(
    'qty',
    INT64,
    (random) => String(random.chance(0.1) ? random.pick([13, 7, 500_001]) : random.integer(14, 1_000_000)),
    [...mismatch('ten', '1,000', '1_000'), ...broken('VALUE_OUT_OF_RANGE', '0', '-3', '1000001')],
    { literal: true, min_value: 1n, max_value: 1_000_000n },
  ),
  column('note', STRING, (random) => random.pick(WORDS), [(random) => ({ text: random.text('abcdef ', 90), codes: ['VALUE_TOO_LONG'] })], {
    max_length: 80,
  }),
];

export const MORE_COLUMNS: readonly OracleColumn[] = [
  column(
    'ref',
    STRING,
    (random) => `${random.text('ABC', 2)}${random.integer(1000, 9999)}`,
    [
      () => ({ text: 'ab12', codes: ['PATTERN_MISMATCH'] }),
      () => ({ text: 'ABCDEFGHIJ12', codes: ['VALUE_TOO_LONG', 'PATTERN_MISMATCH'] }),
    ],
    { nullable: false, pattern: String.raw`[A-Z]{2}\d{4}`, max_length: 8 },
  ),
  column(
    'lot',
    INT64,
    (random) => random.pick(['1', '10', '50', '100']),
    [...broken('VALUE_NOT_ALLOWED', '7'), () => ({ text: '500', codes: ['VALUE_OUT_OF_RANGE', 'VALUE_NOT_ALLOWED'], literal: true })],
    { literal: true, min_value: 1n, max_value: 100n, allowed_values: [1n, 10n, 50n, 100n] },
  ),
  column(
    'price',
    { kind: 'DECIMAL', precision: 18, scale: 4 },
    (random) => `${random.integer(0, 99_999)}.${random.integer(1, 9999)}`,
    [...mismatch('1.23456', '1.2.3', '123456789012345', 'NaN'), ...broken('VALUE_OUT_OF_RANGE', '-1.5')],
    { literal: true, min_value: 0n },
  ),
  column('ratio', { kind: 'FLOAT64' }, (random) => String(random.next() * 1e6), mismatch('NaN', 'Infinity', 'abc', '1e999'), {
    literal: true,
  }),
  column('active', { kind: 'BOOL' }, (random) => random.pick(['true', 'false']), mismatch('maybe', '2', 'tru'), { literal: true }),
  column('day', { kind: 'DATE' }, day, mismatch('2025-02-30', '2025-13-01', '01/02/2025', '2025-1-1')),
  column(
    'moment',
    { kind: 'TIMESTAMP' },
    (random) => `${day(random)}T${time(random)}${random.pick(['Z', '+02:00', '-05:30'])}`,
    mismatch('2025-01-01T24:00:00Z', '2025-02-29T00:00:00Z', 'yesterday', '2025-01-01T00:00:00.1234567Z'),
  ),
  column(
    'local',
    { kind: 'DATETIME' },
    (random) => `${day(random)} ${time(random)}`,
    mismatch('2025-01-01 25:00:00', '2025-04-31 00:00:00'),
  ),
  column('tod', { kind: 'TIME' }, time, mismatch('24:00:00', '12:60:00', 'noon')),
  column('epoch', { kind: 'TIMESTAMP' }, (random) => String(random.integer(0, 4e12)), mismatch('12.0005', 'x'), {
    literal: true,
    format: { kind: 'epoch', unit: 'ms' },
  }),
  column('lei', STRING, (random) => lei(random), [(random) => ({ text: lei(random, false), codes: ['CHECK_DIGIT'] })], { check: 'lei' }),
  column('isin', STRING, (random) => isin(random), [(random) => ({ text: isin(random, false), codes: ['CHECK_DIGIT'] })], {
    check: 'isin',
  }),
  column('blob', { kind: 'BYTES' }, (random) => Buffer.from(random.text('abc\u0000', 5)).toString('base64'), mismatch('###', 'abc')),
  column('attrs', { kind: 'JSON' }, (random) => `{"n": [${random.integer(0, 9)}, "x"]}`, mismatch('{a', '[1,'), { literal: true }),
];

/** The column as the spec of this format has it. */
export function specColumn({ name, type, more }: OracleColumn, format: PlainFormat): Column {
  return plainColumn(name, type, format, more);
}

/** Rules as specs have them, on columns of every size, and rows in which both sides of a comparison are often near. */
import fc from 'fast-check';
import type { ColumnType, Value } from '../../types/column-type.ts';

export const RULE_COLUMNS: ReadonlyMap<string, ColumnType> = new Map<string, ColumnType>([
  ['quantity', { kind: 'INT64' }],
  ['fills', { kind: 'INT64' }],
  ['price', { kind: 'DECIMAL', precision: 12, scale: 4 }],
  ['amount', { kind: 'DECIMAL', precision: 38, scale: 9 }],
  ['cost', { kind: 'DECIMAL', precision: 18, scale: 5 }],
  ['weight', { kind: 'FLOAT64' }],
  ['side', { kind: 'STRING' }],
  ['currency', { kind: 'STRING' }],
  ['is_open', { kind: 'BOOL' }],
  ['is_own', { kind: 'BOOL' }],
  ['traded', { kind: 'DATE' }],
  ['settled', { kind: 'DATE' }],
  ['opens', { kind: 'TIME' }],
  ['booked', { kind: 'DATETIME' }],
  ['executed', { kind: 'TIMESTAMP' }],
]);

const INTEGER = fc.constantFrom(
  'quantity',
  'fills',
  '0',
  '1',
  '-3',
  '100',
  'length(side)',
  '(quantity + fills)',
  '(quantity - 1)',
  '(quantity * fills)',
  '(fills % 7)',
  '(quantity % fills)',
  'abs(fills)',
  '-quantity',
  'date_diff(settled, traded)',
  'extract(hour from executed)',
  'extract(minute from booked)',
  'extract(second from opens)',
  'cast(price as INT64)',
  'cast(is_open as INT64)',
  'coalesce(quantity, fills)',
  'greatest(quantity, fills)',
  'nullif(fills, 0)',
);
const DECIMAL = fc.constantFrom(
  'price',
  'amount',
  'cost',
  '0.5',
  '1000000',
  '0.00001',
  '(price * 100)',
  '(price * amount)',
  '(price * quantity)',
  '(cost * 3)',
  '(price - cost)',
  '(amount + cost)',
  'abs(price * quantity - cost)',
  'abs(cost - amount)',
  '-(price * amount)',
  '(amount * cost - price * 2)',
  'round(price)',
  'round(amount, 4)',
  'floor(cost)',
  'ceil(amount)',
  'cast(amount as NUMERIC(12,2))',
  '(cost % 0.25)',
  'coalesce(cost, price * quantity)',
  "case when side = 'BUY' then price when side = 'SELL' then -price end",
  'least(price, amount)',
);
const TEXT = fc.constantFrom(
  'side',
  'currency',
  "'BUY'",
  "'buy'",
  "'é'",
  'upper(side)',
  'lower(currency)',
  'trim(side)',
  'substr(currency, 1, 2)',
  "(side || '/' || currency)",
  "coalesce(side, 'BUY')",
  "nullif(currency, '')",
  "if(is_open, side, 'x')",
);
const MOMENT = fc.constantFrom(
  'executed',
  'booked',
  'current_timestamp()',
  'traded',
  "TIMESTAMP '2023-01-30T06:00:00Z'",
  'cast(traded as TIMESTAMP)',
  'cast(booked as TIMESTAMP)',
  'timestamp_millis(quantity)',
);
const DAY = fc.constantFrom(
  'traded',
  'settled',
  "DATE '2023-01-30'",
  'date(executed)',
  'date_add(traded, 2)',
  'date_add(traded, fills)',
  'current_date()',
);
const TIME = fc.constantFrom('opens', "TIME '12:30:00'", 'cast(executed as TIME)');
const FLOAT = fc.constantFrom('weight', '0.5', '-weight', 'abs(weight)', 'cast(fills as FLOAT64)');
const PATTERN = fc.constantFrom('BUY', 'B%', '%Y', '%U%', 'B%Y', 'B_Y', '_', '__%', '%_', '%', 'B%U%Y', '', '_U%', '%_Y', 'é%');

const OPERATOR = fc.constantFrom('=', '<>', '<', '<=', '>', '>=');
const FAMILY = fc.constantFrom(fc.oneof(INTEGER, DECIMAL), TEXT, MOMENT, DAY, TIME, FLOAT);

const LEAF: fc.Arbitrary<string> = fc.oneof(
  { arbitrary: FAMILY.chain((kind) => fc.tuple(kind, OPERATOR, kind).map((parts) => parts.join(' '))), weight: 8 },
  FAMILY.chain((kind) => fc.tuple(kind, kind, kind).map(([a, b, c]) => `${a} between ${b} and ${c}`)),
  FAMILY.chain((kind) => fc.tuple(kind, kind, kind).map(([a, b, c]) => `${a} not in (${b}, ${c})`)),
  FAMILY.chain((kind) => kind.map((a) => `${a} is not null`)),
  fc.constantFrom(
    "side in ('BUY', 'SELL', 'buy')",
    "currency not in ('EUR', 'USD', null)",
    "upper(side) in ('BUY', 'SELL')",
    'quantity in (1, 2, 100)',
    'is_open',
    'is_open = is_own',
    'is_open < is_own',
    'is_open <> true',
    'is_own is not false',
    'cast(quantity as BOOL)',
    "starts_with(currency, 'E')",
    "ends_with(side, 'Y')",
    'contains(side, currency)',
    'coalesce(is_open, is_own)',
    'case when is_open then is_own else price > 5 end',
    'cost = price * quantity',
    'cost <> price * quantity',
    'abs(cost - price * quantity) <= 0.01',
    'amount = cost * 1',
  ),
  fc.tuple(TEXT, PATTERN).map(([text, pattern]) => `${text} like '${pattern}'`),
);

/** The text of a condition of one to four comparisons; a few do not type-check. */
export const RULE_TEXT: fc.Arbitrary<string> = fc.letrec<{ rule: string }>((tie) => ({
  rule: fc.oneof(
    { maxDepth: 3 },
    { arbitrary: LEAF, weight: 3 },
    fc.tuple(tie('rule'), tie('rule')).map(([a, b]) => `(${a} and ${b})`),
    fc.tuple(tie('rule'), tie('rule')).map(([a, b]) => `(${a} or ${b})`),
    tie('rule').map((a) => `(not (${a}))`),
    tie('rule').map((a) => `((${a}) is not true)`),
    tie('rule').map((a) => `((${a}) is null)`),
  ),
})).rule;

const DIGITS = fc.oneof(
  fc.bigInt({ min: -20n, max: 20n }),
  fc.bigInt({ min: 0n, max: 10n ** 9n }),
  fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }),
);
const BORDERS = [2n ** 53n - 1n, -(2n ** 53n - 1n), 2n ** 53n, 2n ** 53n + 1n, 2n ** 31n, -(2n ** 31n), 2n ** 32n, 3_037_000_500n];

function whole(limit: bigint): fc.Arbitrary<bigint> {
  return fc.oneof({ arbitrary: DIGITS, weight: 5 }, fc.constantFrom(...BORDERS, limit, -limit)).filter((n) => n <= limit && n >= -limit);
}

function valueOf(type: ColumnType): fc.Arbitrary<Value> {
  switch (type.kind) {
    case 'INT64':
      return whole(2n ** 63n - 1n);
    case 'DECIMAL':
      return whole(10n ** BigInt(type.precision) - 1n);
    case 'FLOAT64':
      return fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom(0, 0.5, -0.5, 2));
    case 'BOOL':
      return fc.boolean();
    case 'DATE':
      return fc.oneof(fc.integer({ min: 19_380, max: 19_390 }), fc.integer({ min: -719_162, max: 2_932_896 }));
    case 'TIME':
      return fc.oneof(fc.constantFrom(45_000_000_000, 0, 86_399_999_999), fc.integer({ min: 0, max: 86_399_999_999 }));
    case 'DATETIME':
    case 'TIMESTAMP':
      return fc.oneof(
        fc.bigInt({ min: 1_675_000_000_000_000n, max: 1_675_100_000_000_000n }),
        fc.constantFrom(1_675_058_400_000_000n, 0n, -1n, -62_135_596_800_000_000n, 253_402_300_799_999_999n, 2n ** 53n),
      );
    default:
      return fc.constantFrom(
        'BUY',
        'SELL',
        'buy',
        'EUR',
        'eur',
        '',
        ' BUY ',
        'é',
        '😀',
        '\uffee',
        'BY',
        'B\u{1f600}Y',
        'ı',
        'ß',
        '\u000bBUY',
        'USD',
      );
  }
}

/** In one row of three the cost is the product that rules compare it with, or nearly so. */
export const RULE_ROW: fc.Arbitrary<readonly Value[]> = fc
  .tuple(
    fc.tuple(...[...RULE_COLUMNS.values()].map((type) => fc.option(valueOf(type), { freq: 8, nil: null }))),
    fc.integer({ min: -3, max: 5 }),
  )
  .map(([row, near]) => {
    const [quantity, price] = [row[0], row[2]];
    const isProduct = near < 2 && typeof quantity === 'bigint' && typeof price === 'bigint';
    const cost = isProduct ? quantity * price * 10n + BigInt(near) : 0n;
    return isProduct && cost < 10n ** 18n && cost > -(10n ** 18n) ? row.with(4, cost) : row;
  });

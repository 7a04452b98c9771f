/**
 * The closed catalogue of functions and operators. Each has one meaning, which every back end (JavaScript, DuckDB SQL,
 * BigQuery SQL) gives exactly, on NULL and in its errors too; what cannot be matched exactly is not here. The
 * reference page docs/reference/expressions.md is generated from this table.
 */
export interface FunctionKind {
  readonly group: 'comparison' | 'logic' | 'arithmetic' | 'text' | 'time' | 'choice';
  /** How it is written. */
  readonly signature: string;
  readonly meaning: string;
  /** What it gives when an argument is NULL. */
  readonly onNull: string;
}

const NULL_IF_ANY = 'NULL when an argument is NULL';

function entry(group: FunctionKind['group'], signature: string, meaning: string, onNull = NULL_IF_ANY): FunctionKind {
  return { group, signature, meaning, onNull };
}

const COMPARISON_MEANING = 'Numbers by value, text by its UTF-8 bytes, false before true, dates and times by time.';

export const FUNCTIONS = {
  '=': entry('comparison', 'a = b', `Equal. ${COMPARISON_MEANING}`),
  '<>': entry('comparison', 'a <> b, a != b', 'Not equal.'),
  '<': entry('comparison', 'a < b', `Less. ${COMPARISON_MEANING}`),
  '<=': entry('comparison', 'a <= b', 'Less or equal.'),
  '>': entry('comparison', 'a > b', 'Greater.'),
  '>=': entry('comparison', 'a >= b', 'Greater or equal.'),
  between: entry('comparison', 'a [not] between b and c', 'a >= b and a <= c.', 'As that and'),
  in: entry(
    'comparison',
    'a [not] in (b, c, ...)',
    'Equal to one of the list.',
    'NULL when a is NULL, or when none is equal and one of the list is NULL',
  ),
  like: entry('comparison', 'a [not] like b', 'b matches the whole of a; % is any text, _ one character. There is no escape.'),
  'is null': entry('comparison', 'a is [not] null', 'Whether there is no value.', 'true'),
  'is true': entry('comparison', 'a is [not] true', 'Whether a is true.', 'false'),
  'is false': entry('comparison', 'a is [not] false', 'Whether a is false.', 'false'),
  and: entry(
    'logic',
    'a and b',
    'Both. Both are evaluated: an error in one is an error of the whole.',
    'false when the other is false, else NULL',
  ),
  or: entry('logic', 'a or b', 'At least one. Both are evaluated.', 'true when the other is true, else NULL'),
  not: entry('logic', 'not a', 'The opposite.'),
  '+': entry('arithmetic', 'a + b', 'Sum. Too large for its type is an error.'),
  '-': entry('arithmetic', 'a - b', 'Difference. Too large for its type is an error.'),
  '*': entry('arithmetic', 'a * b', 'Product with the decimals of both together. Too large for its type is an error.'),
  mod: entry('arithmetic', 'a % b, mod(a, b)', 'Rest of the division, with the sign of a.', 'NULL when an argument is NULL or b is 0'),
  div: entry(
    'arithmetic',
    'div(a, b, scale)',
    'Quotient with `scale` decimals (0 to 18), rounded half away from zero. An error when a, written with scale more decimals than b has, needs more than 38 digits.',
    'NULL when an argument is NULL or b is 0',
  ),
  negate: entry('arithmetic', '-a', 'The negative.'),
  abs: entry('arithmetic', 'abs(a)', 'Without sign.'),
  round: entry('arithmetic', 'round(a), round(a, scale)', 'To `scale` decimals (0 by default), half away from zero.'),
  floor: entry('arithmetic', 'floor(a)', 'The next whole number that is not greater.'),
  ceil: entry('arithmetic', 'ceil(a)', 'The next whole number that is not less.'),
  concat: entry('text', 'a || b, concat(a, b, ...)', 'One after the other.'),
  length: entry('text', 'length(a)', 'Number of characters (code points).'),
  upper: entry('text', 'upper(a)', 'a-z as A-Z; every other character as it is.'),
  lower: entry('text', 'lower(a)', 'A-Z as a-z; every other character as it is.'),
  trim: entry('text', 'trim(a)', 'Without blanks, tabs and line ends at both ends.'),
  ltrim: entry('text', 'ltrim(a)', 'Without blanks, tabs and line ends at the start.'),
  rtrim: entry('text', 'rtrim(a)', 'Without blanks, tabs and line ends at the end.'),
  substr: entry(
    'text',
    'substr(a, start), substr(a, start, length)',
    'Characters from the start-th (the first is 1; less counts as 1), at most length of them (less than 0 counts as 0).',
  ),
  replace: entry('text', 'replace(a, from, to)', 'Every `from` replaced; a itself when `from` is empty.'),
  starts_with: entry('text', 'starts_with(a, b)', 'Whether a begins with b.'),
  ends_with: entry('text', 'ends_with(a, b)', 'Whether a ends with b.'),
  contains: entry('text', 'contains(a, b)', 'Whether b is somewhere in a.'),
  strpos: entry('text', 'strpos(a, b)', 'Place of the first b in a, in characters from 1; 0 when there is none; 1 when b is empty.'),
  lpad: entry(
    'text',
    'lpad(a, length, pad)',
    'Filled at the start with pad to `length` characters (0 to 1000), cut to them when longer. pad is a text that is not empty.',
  ),
  rpad: entry('text', 'rpad(a, length, pad)', 'Filled at the end likewise.'),
  date: entry('time', 'date(a)', 'The day of a DATETIME, the UTC day of a TIMESTAMP.'),
  date_add: entry('time', 'date_add(a, days)', 'The day that many days later. Outside years 1 to 9999 is an error.'),
  date_diff: entry('time', 'date_diff(a, b), date_diff(a, b, day)', 'Days from b to a; negative when a is earlier.'),
  extract_year: entry('time', 'extract(year from a)', 'Year of a DATE, DATETIME or TIMESTAMP (UTC).'),
  extract_month: entry('time', 'extract(month from a)', 'Month, 1 to 12.'),
  extract_day: entry('time', 'extract(day from a)', 'Day of the month, 1 to 31.'),
  extract_hour: entry('time', 'extract(hour from a)', 'Hour of a TIME, DATETIME or TIMESTAMP (UTC), 0 to 23.'),
  extract_minute: entry('time', 'extract(minute from a)', 'Minute, 0 to 59.'),
  extract_second: entry('time', 'extract(second from a)', 'Whole second, 0 to 59.'),
  timestamp_seconds: entry(
    'time',
    'timestamp_seconds(a)',
    'The moment that many seconds after 1970-01-01T00:00:00Z. Outside years 1 to 9999 is an error.',
  ),
  timestamp_millis: entry('time', 'timestamp_millis(a)', 'The same in milliseconds.'),
  timestamp_micros: entry('time', 'timestamp_micros(a)', 'The same in microseconds.'),
  current_timestamp: entry(
    'time',
    'current_timestamp()',
    'The moment the run began. In rules only: a mapping must give the same at any time.',
    'never NULL',
  ),
  least: entry('choice', 'least(a, b, ...)', 'The smallest.'),
  greatest: entry('choice', 'greatest(a, b, ...)', 'The greatest.'),
  nullif: entry('choice', 'nullif(a, b)', 'NULL when a = b, else a.', 'a when b is NULL'),
  coalesce: entry('choice', 'coalesce(a, b, ...)', 'The first that is not NULL.', 'NULL when all are NULL'),
} as const satisfies Record<string, FunctionKind>;

export type FunctionName = keyof typeof FUNCTIONS;

/** Other spellings. */
export const FUNCTION_ALIASES: Readonly<Record<string, FunctionName>> = {
  '%': 'mod',
  '||': 'concat',
  ceiling: 'ceil',
  substring: 'substr',
  char_length: 'length',
};

export function isFunctionName(name: string): name is FunctionName {
  return Object.hasOwn(FUNCTIONS, name);
}

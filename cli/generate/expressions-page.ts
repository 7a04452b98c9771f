/** docs/reference/expressions.md: the language of rules and mappings. */
import { FUNCTIONS, type FunctionKind } from '../../core/expression/functions.ts';
import { STRPTIME_DIRECTIVES } from '../../core/types/strptime.ts';
import { page, table } from './markdown.ts';

const GROUPS: Readonly<Record<FunctionKind['group'], string>> = {
  comparison: 'Comparison',
  logic: 'Logic',
  arithmetic: 'Numbers',
  text: 'Text',
  time: 'Dates and times',
  choice: 'Choice',
};

export function expressionsPage(): string {
  const groups = Object.entries(GROUPS).flatMap(([group, title]) => [
    `## ${title}`,
    table(
      ['written', 'meaning', 'on NULL'],
      Object.values<FunctionKind>(FUNCTIONS)
        .filter((each) => each.group === group)
        .map(({ signature, meaning, onNull }) => [`\`${signature}\``, meaning, onNull]),
    ),
  ]);
  return page(
    '# Expressions',
    INTRODUCTION,
    '## Values',
    VALUES,
    ...groups,
    '## Forms',
    FORMS,
    '## Directives of `format`',
    table(
      ['directive', 'meaning'],
      Object.entries(STRPTIME_DIRECTIVES).map(([letter, meaning]) => [`\`%${letter}\``, meaning]),
    ),
    '`%T` is `%H:%M:%S`, `%F` is `%Y-%m-%d`, `%R` is `%H:%M`, `%D` is `%m/%d/%y`, `%%` is a percent sign.',
  );
}

const INTRODUCTION = [
  "Rules and mappings of a source spec are written in one small language with SQL's spelling. An expression is checked when the spec is",
  'loaded and means the same in the validation engine (JavaScript) and in both warehouses (DuckDB SQL, GoogleSQL for BigQuery); property tests',
  'hold them to it, errors included: DuckDB itself, and the reference implementation of GoogleSQL. Logic is three-valued,',
  'and a rule that is NULL passes, as a SQL CHECK does. Names are columns of the spec; "quotes" allow any name.',
].join('\n');

const VALUES = [
  '- `1`, `-3`: INT64. `0.5`, `1e9`, `12345678901234567890`: exact decimals of just their digits; nothing is a float.',
  "- `'text'`, with `''` for a quote. `true`, `false`, `null`.",
  "- `DATE '2023-01-30'`, `TIME '06:00:00'`, `DATETIME '2023-01-30T06:00:00'`, `TIMESTAMP '2023-01-30T06:00:00Z'` (UTC without an offset).",
  "- A text that is compared with a date or a time is read as one: `trade_date >= '2023-01-01'`.",
  '- Whole numbers and decimals go together; FLOAT64 is compared and chosen only, its arithmetic needs `cast(x as NUMERIC)`.',
  '- Sums and products too large for 38 digits (or for INT64) are errors. There is no `/`: `div(a, b, scale)` states its decimals.',
].join('\n');

const FORMS = [
  '- `case when condition then a ... else b end`, `case x when 1 then a ... end`, `if(condition, a, b)`: only the branch that is chosen is evaluated.',
  '- `cast(a as TYPE)`: to STRING prints decimals shortest and times in ISO 8601 with 6 digits; from STRING accepts just such a text, without',
  '  exponents, and anything else is an error; to a decimal of fewer digits and to INT64 rounds half away from zero; FLOAT64 goes by its shortest decimal.',
  '- `current_date()`: `date(current_timestamp())`.',
  '- File-level rules: `row_count matches control file`, `no duplicate a, b within file`, or a condition over `row_count` and the aggregates',
  '  `count(*)`, `count(a)`, `count(distinct a)`, `sum(a)`, `min(a)`, `max(a)` of the accepted records.',
].join('\n');

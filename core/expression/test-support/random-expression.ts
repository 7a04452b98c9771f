/** Random texts of expressions of a wanted type; nearly all type-check, the rest is skipped by the test. */
import fc from 'fast-check';
import { TEXTS } from './random-rows.ts';

type Kind = 'int' | 'decimal' | 'float' | 'text' | 'bool' | 'date' | 'time' | 'datetime' | 'timestamp';
const KINDS: readonly Kind[] = ['int', 'decimal', 'float', 'text', 'bool', 'date', 'time', 'datetime', 'timestamp'];
type Generate = (kind: Kind, depth: number) => fc.Arbitrary<string>;

const LEAVES: Readonly<Record<Kind, readonly string[]>> = {
  int: ['i', 'j', '0', '1', '-3', '7', '9223372036854775807', 'null'],
  decimal: ['p', 'q', 'r', 'w', '0.5', '1.005', '-2.5', '1e3', '100.25', '12345678901234567890'],
  float: ['f', '0.5', '2'],
  text: ['s', 't', ...TEXTS.slice(0, 20).map((text) => `'${text.replaceAll("'", "''")}'`)],
  bool: ['b', 'c', 'true', 'false', 'null'],
  date: ['d', 'e', "DATE '2023-01-30'", "DATE '0001-01-01'"],
  time: ['h', "TIME '12:30:00'"],
  datetime: ['u', "DATETIME '2023-01-30 06:00:00'"],
  timestamp: ['z', 'y', "TIMESTAMP '2023-01-30T06:00:00.5Z'", 'current_timestamp()'],
};

/** Made once: a tree of generators has many equal branches. */
const made = new Map<string, fc.Arbitrary<string>>();

const make: Generate = (kind, depth) => {
  const key = `${kind} ${depth}`;
  const known = made.get(key) ?? generator(kind, depth);
  made.set(key, known);
  return known;
};

const generator: Generate = (kind, depth) => {
  const leaf = fc.constantFrom(...LEAVES[kind]);
  return depth <= 0 ? leaf : fc.oneof({ arbitrary: leaf, weight: 1 }, { arbitrary: composed(kind, depth - 1), weight: 4 });
};

/** A template with a place for each kind: t`length(${'text'})`. */
function template(depth: number, parts: readonly string[], kinds: readonly Kind[]): fc.Arbitrary<string> {
  return fc
    .tuple(...kinds.map((kind) => make(kind, depth)))
    .map((texts) => parts.map((part, index) => part + (texts[index] ?? '')).join(''));
}

function forms(depth: number): (parts: TemplateStringsArray, ...kinds: readonly Kind[]) => fc.Arbitrary<string> {
  return (parts, ...kinds) => template(depth, parts, kinds);
}

function anyKind(depth: number, build: (kind: Kind) => fc.Arbitrary<string>): fc.Arbitrary<string> {
  return depth < -1 ? fc.constant('true') : fc.constantFrom(...KINDS).chain(build);
}

function choices(kind: Kind, depth: number): readonly fc.Arbitrary<string>[] {
  const t = forms(depth);
  const same = [
    t`case when ${'bool'} then ${kind} else ${kind} end`,
    t`case when ${'bool'} then ${kind} when ${'bool'} then ${kind} end`,
    t`if(${'bool'}, ${kind}, ${kind})`,
    t`coalesce(${kind}, ${kind})`,
    t`nullif(${kind}, ${kind})`,
    t`least(${kind}, ${kind})`,
    t`greatest(${kind}, ${kind}, ${kind})`,
  ];
  return same;
}

function composed(kind: Kind, depth: number): fc.Arbitrary<string> {
  const t = forms(depth);
  return fc.oneof(...choices(kind, depth), ...ofKind(kind, depth, t));
}

function ofKind(kind: Kind, depth: number, t: ReturnType<typeof forms>): readonly fc.Arbitrary<string>[] {
  switch (kind) {
    case 'int':
      return integers(t);
    case 'decimal':
      return decimals(t);
    case 'float':
      return [t`-(${'float'})`, t`abs(${'float'})`, t`cast(${'int'} as FLOAT64)`];
    case 'text':
      return texts(t);
    case 'bool':
      return conditions(depth, t);
    case 'date':
      return [
        t`date(${'timestamp'})`,
        t`date(${'datetime'})`,
        t`date_add(${'date'}, ${'int'})`,
        t`cast(${'text'} as DATE)`,
        t`cast(${'timestamp'} as DATE)`,
        t`cast(${'datetime'} as DATE)`,
      ];
    case 'time':
      return [t`cast(${'timestamp'} as TIME)`, t`cast(${'datetime'} as TIME)`, t`cast(${'text'} as TIME)`];
    case 'datetime':
      return [t`cast(${'timestamp'} as DATETIME)`, t`cast(${'date'} as DATETIME)`, t`cast(${'text'} as DATETIME)`];
    case 'timestamp':
      return [
        t`timestamp_seconds(${'int'})`,
        t`timestamp_millis(${'int'})`,
        t`timestamp_micros(${'int'})`,
        t`cast(${'datetime'} as TIMESTAMP)`,
        t`cast(${'date'} as TIMESTAMP)`,
        t`cast(${'text'} as TIMESTAMP)`,
      ];
  }
}

function integers(t: ReturnType<typeof forms>): readonly fc.Arbitrary<string>[] {
  return [
    t`(${'int'} + ${'int'})`,
    t`(${'int'} - ${'int'})`,
    t`(${'int'} * ${'int'})`,
    t`(${'int'} % ${'int'})`,
    t`-(${'int'})`,
    t`abs(${'int'})`,
    t`length(${'text'})`,
    t`strpos(${'text'}, ${'text'})`,
    t`date_diff(${'date'}, ${'date'})`,
    t`extract(year from ${'date'})`,
    t`extract(month from ${'timestamp'})`,
    t`extract(day from ${'datetime'})`,
    t`extract(hour from ${'timestamp'})`,
    t`extract(minute from ${'time'})`,
    t`extract(second from ${'datetime'})`,
    t`cast(${'decimal'} as INT64)`,
    t`cast(${'text'} as INT64)`,
    t`cast(${'bool'} as INT64)`,
  ];
}

function decimals(t: ReturnType<typeof forms>): readonly fc.Arbitrary<string>[] {
  return [
    t`(${'decimal'} + ${'decimal'})`,
    t`(${'decimal'} - ${'int'})`,
    t`(${'int'} - ${'decimal'})`,
    t`(${'decimal'} * ${'decimal'})`,
    t`(${'decimal'} * ${'int'})`,
    t`(${'decimal'} % ${'decimal'})`,
    t`div(${'decimal'}, ${'decimal'}, 4)`,
    t`div(${'int'}, ${'decimal'}, 0)`,
    t`div(${'int'}, ${'int'}, 9)`,
    t`-(${'decimal'})`,
    t`abs(${'decimal'})`,
    t`round(${'decimal'})`,
    t`round(${'decimal'}, 2)`,
    t`floor(${'decimal'})`,
    t`ceil(${'decimal'})`,
    t`cast(${'decimal'} as NUMERIC(12,2))`,
    t`cast(${'decimal'} as BIGNUMERIC)`,
    t`cast(${'int'} as NUMERIC)`,
    t`cast(${'text'} as NUMERIC(10,3))`,
    t`cast(${'text'} as BIGNUMERIC)`,
    t`cast(${'float'} as NUMERIC)`,
  ];
}

function texts(t: ReturnType<typeof forms>): readonly fc.Arbitrary<string>[] {
  return [
    t`(${'text'} || ${'text'})`,
    t`concat(${'text'}, ${'text'}, ${'text'})`,
    t`upper(${'text'})`,
    t`lower(${'text'})`,
    t`trim(${'text'})`,
    t`ltrim(${'text'})`,
    t`rtrim(${'text'})`,
    t`substr(${'text'}, ${'int'})`,
    t`substr(${'text'}, ${'int'}, ${'int'})`,
    t`replace(${'text'}, ${'text'}, ${'text'})`,
    t`lpad(${'text'}, 5, 'é0')`,
    t`rpad(${'text'}, 2, 'x')`,
    ...(['int', 'decimal', 'bool', 'date', 'time', 'datetime', 'timestamp'] as const).map((kind) => t`cast(${kind} as STRING)`),
  ];
}

function conditions(depth: number, t: ReturnType<typeof forms>): readonly fc.Arbitrary<string>[] {
  const operators = ['=', '<>', '<', '<=', '>', '>='];
  return [
    t`(${'bool'} and ${'bool'})`,
    t`(${'bool'} or ${'bool'})`,
    t`(not ${'bool'})`,
    t`(${'bool'} is not true)`,
    t`(${'bool'} is false)`,
    t`(${'text'} like ${'text'})`,
    t`(${'text'} like 'a%b_')`,
    t`(${'text'} not like '%a%')`,
    t`starts_with(${'text'}, ${'text'})`,
    t`ends_with(${'text'}, ${'text'})`,
    t`contains(${'text'}, ${'text'})`,
    t`cast(${'text'} as BOOL)`,
    t`cast(${'int'} as BOOL)`,
    t`(${'int'} > ${'decimal'})`,
    t`(${'date'} <= ${'timestamp'})`,
    anyKind(depth, (kind) => t`(${kind} is null)`),
    anyKind(depth, (kind) => t`(${kind} is not null)`),
    anyKind(depth, (kind) => t`(${kind} between ${kind} and ${kind})`),
    anyKind(depth, (kind) => t`(${kind} in (${kind}, ${kind}))`),
    anyKind(depth, (kind) => t`(${kind} not in (${kind}, ${kind}, ${kind}))`),
    anyKind(depth, (kind) =>
      fc.tuple(make(kind, depth), fc.constantFrom(...operators), make(kind, depth)).map((parts) => `(${parts.join(' ')})`),
    ),
  ];
}

export const EXPRESSION_TEXT: fc.Arbitrary<string> = fc
  .tuple(fc.constantFrom(...KINDS), fc.integer({ min: 1, max: 3 }))
  .chain(([kind, depth]) => make(kind, depth));

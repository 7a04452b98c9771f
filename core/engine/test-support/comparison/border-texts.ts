/** Texts near every border at which a shortcut over bytes must hand over to the exact reader, by type. */
import type { Column, SourceSpec } from '../../../spec/source-spec.ts';
import type { SeededRandom } from '../oracle/seeded-random.ts';

const DIGITS = '0123456789';
const INTEGERS = [
  '0',
  '-0',
  '+1',
  '007',
  '1e5',
  '1_000',
  '1,000',
  ' 1',
  '1 ',
  '--1',
  '-',
  '',
  '9007199254740991',
  '9007199254740992',
  '1.0',
];
const LONG_INTEGERS = [
  '9223372036854775807',
  '9223372036854775808',
  '-9223372036854775808',
  '-9223372036854775809',
  '99999999999999999999',
];
const DECIMALS = [
  '0.0',
  '-0',
  '-0.00',
  '+1.5',
  '.5',
  '5.',
  '1..2',
  '1.2.3',
  '1,5',
  '1e2',
  'NaN',
  '00012.50',
  '-.1',
  '0.000000000000000001',
];
const DOUBLES = ['1e5', '-1E-5', '1e999', '5e-324', '0.1', '-0', '-0.0', 'NaN', 'Infinity', '1.', '.1', '123456789012345678', '1,5', '+2'];
const BOOLEANS = ['true', 'false', 'TRUE', 'False', '1', '0', 't', 'f', 'yes', 'no', 'Y', 'N', ' true'];
const JSONS = ['{}', '[]', '{"a": 1}', '{"a":1,"a":2}', 'null', '"x"', '1e5', '{', '[1, 2]', ' {"b": "é"} ', 'true'];
const BYTES = ['', 'AA==', 'AAA', 'YWJj', 'YW Jj', '!!', 'deadbeef'];
const WORDS = [
  'BUY',
  'SELL',
  'AB12',
  'AB123',
  'N/A',
  'NULL',
  '-',
  'a',
  'é',
  '€',
  '日本',
  'x y',
  ' padded ',
  '\tx',
  '\u0000',
  'EUR',
  'USD',
  'XXX',
];
const IDENTIFIERS = ['US0378331005', 'US0378331006', 'DE0001102333', 'EUR', 'XPAR', 'BBG000BLNQ16'];
const YEARS = ['1969', '1970', '1971', '2000', '2023', '2024', '2100', '2199', '2200', '0001', '9999', '0000', '10000', '23'];
const CLOCKS = ['00:00:00', '23:59:59', '24:00:00', '12:30', '02:30:00', '01:59:59', '12:60:00', '12:00:60', '1:02:03', '235959'];
const OFFSETS = ['', '', 'Z', 'z', '+00:00', '-00:00', '+01:00', '-05:30', '+17:59', '+18:00', '+18:01', '+0100', '+01', ' UTC', '-24:00'];

export function textOf(column: Column, spec: SourceSpec, random: SeededRandom): string {
  const chance = random.next();
  if (chance < 0.06) return '';
  if (chance < 0.1 && spec.source.csv.null_values.length > 0) return random.pick(spec.source.csv.null_values);
  const text = ofKind(column, spec, random);
  return chance > 0.97 ? ` ${text}` : chance > 0.94 ? `${text} ` : text;
}

function ofKind(column: Column, spec: SourceSpec, random: SeededRandom): string {
  const { type } = column;
  switch (type.kind) {
    case 'STRING':
      return word(column, random);
    case 'JSON':
      return random.pick(JSONS);
    case 'INT64':
      return integer(random);
    case 'DECIMAL':
      return decimal(type.precision, type.scale, spec.source.csv.decimal_separator, random);
    case 'FLOAT64':
      return random.chance(0.5) ? random.pick(DOUBLES) : String((random.next() - 0.5) * 10 ** random.integer(-5, 20));
    case 'BOOL':
      return random.pick(BOOLEANS);
    case 'BYTES':
      return random.pick(BYTES);
    case 'DATE':
    case 'TIME':
    case 'DATETIME':
    case 'TIMESTAMP':
      return moment(column, random);
  }
}

function word(column: Column, random: SeededRandom): string {
  if (column.allowed_values !== null && random.chance(0.7)) return String(random.pick(column.allowed_values));
  if (column.pattern !== null && random.chance(0.6)) return `${random.text('ABC', 2)}${random.text(DIGITS, random.integer(1, 5))}`;
  if (column.check !== null && random.chance(0.7)) return random.pick(IDENTIFIERS);
  if (random.chance(0.4)) return random.pick(WORDS);
  if (random.chance(0.03)) return random.text('abc é', random.integer(60, 400));
  return random.text(random.pick(['abcdefgh', 'ABCDEF0123456789', 'aé€ ,;|"\n', 'x']), random.integer(1, 14));
}

function integer(random: SeededRandom): string {
  if (random.chance(0.15)) return random.pick([...INTEGERS, ...LONG_INTEGERS]);
  const sign = random.chance(0.2) ? '-' : '';
  const length = random.chance(0.8) ? random.integer(1, 6) : random.integer(14, 20);
  return `${sign}${random.text(DIGITS, length)}`;
}

function decimal(precision: number, scale: number, separator: string, random: SeededRandom): string {
  if (random.chance(0.12)) return random.pick(DECIMALS);
  const places = random.chance(0.9) ? random.integer(0, scale) : scale + 1;
  const whole = precision - scale + (random.chance(0.05) ? 1 : 0);
  const digits = random.chance(0.7) ? random.integer(1, Math.max(1, Math.min(whole, 5))) : Math.max(1, whole);
  const sign = random.chance(0.3) ? '-' : '';
  return `${sign}${random.text(DIGITS, digits)}${places > 0 ? `${separator}${random.text(DIGITS, places)}` : ''}`;
}

const two = (number: number): string => String(number).padStart(2, '0');

function moment(column: Column, random: SeededRandom): string {
  const { format, type } = column;
  const isPlain = random.chance(0.7);
  const year = isPlain ? String(random.integer(1970, 2199)) : random.pick(YEARS);
  const month = isPlain ? two(random.integer(1, 12)) : random.pick(['02', '02', '03', '10', '00', '13', '1']);
  const day = isPlain ? two(random.integer(1, 28)) : random.pick(['29', '30', '31', '00', '26', '32', '1']);
  const clock = isPlain ? `${two(random.integer(0, 23))}:${two(random.integer(0, 59))}:${two(random.integer(0, 59))}` : random.pick(CLOCKS);
  const fraction = random.chance(0.4) ? `.${random.text(DIGITS, random.integer(isPlain ? 1 : 0, isPlain ? 6 : 10))}` : '';
  if (format?.kind === 'epoch') return random.chance(0.1) ? random.pick(INTEGERS) : `${random.integer(-(10 ** 9), 4 * 10 ** 9)}${fraction}`;
  if (format?.kind === 'strptime') {
    const parts: Readonly<Record<string, string>> = {
      Y: year,
      m: month,
      d: day,
      H: clock.slice(0, 2),
      M: clock.slice(3, 5),
      S: clock.slice(6, 8),
    };
    return format.text.replaceAll(/%([YmdHMSf])/g, (_, letter: string) => parts[letter] ?? (fraction.slice(1) || '0'));
  }
  if (type.kind === 'DATE') return random.chance(0.05) ? `${year}${month}${day}` : `${year}-${month}-${day}`;
  if (type.kind === 'TIME') return `${clock}${fraction}`;
  const between = random.pick(['T', 'T', ' ', ' ', 't', '']);
  const offset =
    type.kind === 'TIMESTAMP' ? random.pick(isPlain ? ['Z', '', '+01:00'] : OFFSETS) : random.chance(0.05) ? random.pick(OFFSETS) : '';
  return `${year}-${month}-${day}${between}${clock}${fraction}${offset}`;
}

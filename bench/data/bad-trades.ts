/**
 * Bad rows of a CSV of trades, made from the fields of good ones, and what each must be refused for.
 *
 * A quote that is opened and not closed goes on over the lines that follow, up to the next quote of the file. By the rule of recovery only
 * its own line is refused as long as what follows does not complete a record of the right number of fields. Two things see to that: every
 * quote that opens a field here is followed by a text, and where a quote stands in a field that it did not open (`quote_inside`), it stands
 * in a column in which no kind leaves one open. Then a record that both ends have made up never has 14 fields.
 */
import type { FindingCode } from '../../core/engine/findings/catalogue.ts';
import { TRADES_COLUMNS, tradesColumn } from './trades-spec.ts';

/** One physical line without its end, and its codes in order. */
export interface BadLine {
  readonly bytes: Buffer;
  readonly codes: readonly FindingCode[];
}

export interface BadKind {
  readonly name: string;
  /** `fields` are those of a good row, by column; '' for NULL. */
  readonly lines: (fields: readonly string[]) => readonly BadLine[];
}

type Changes = Readonly<Record<string, string | Buffer>>;

/** The row with some fields as they stand in the file, quotes and all. */
function changed(fields: readonly string[], changes: Changes): Buffer {
  const places = new Map(Object.entries(changes).map(([name, value]) => [tradesColumn(name), value]));
  return Buffer.concat(
    TRADES_COLUMNS.flatMap((_, place) => [
      Buffer.from(place === 0 ? '' : ','),
      Buffer.from(places.get(place) ?? fields[place] ?? ''),
    ]),
  );
}

function kind(name: string, codes: readonly FindingCode[], changes: Changes): BadKind {
  return { name, lines: (fields) => [{ bytes: changed(fields, changes), codes }] };
}

function mismatch(name: string, changes: Changes): BadKind {
  return kind(name, ['TYPE_MISMATCH'], changes);
}

/** A price that keeps the rule on the notional true of no quantity. */
const DEAR = { quantity: '99999', price: '99999' };

function openQuote(column: string): BadKind {
  return kind(`open_quote_${column}`, ['RECORD_UNPARSABLE'], { [column]: '"left open' });
}

function line(text: string, codes: readonly FindingCode[]): BadLine {
  return { bytes: Buffer.from(text), codes };
}

const STRUCTURE: readonly BadKind[] = [
  openQuote('trade_id'),
  openQuote('status'),
  openQuote('counterparty'),
  kind('text_after_quote', ['RECORD_UNPARSABLE'], { counterparty: '"Alpha"Trading' }),
  // Closes what an earlier line has left open: their fields do not add up to 14, as this column is none of those above.
  kind('quote_inside', ['VALUE_NOT_ALLOWED'], { side: 'BUY"' }),
  kind('invalid_utf8', ['ENCODING_INVALID'], { counterparty: Buffer.from([0x41, 0xc3, 0x28, 0xff]) }),
  kind('cut_character', ['ENCODING_INVALID'], { counterparty: Buffer.from([0x41, 0xc3]) }),
  { name: 'too_few', lines: (fields) => [line(fields.slice(0, -1).join(','), ['FIELD_COUNT'])] },
  { name: 'too_many', lines: (fields) => [line([...fields, 'more'].join(','), ['FIELD_COUNT'])] },
  {
    // Well quoted over two lines, and one field short: the first line is refused and the second read on its own.
    name: 'two_lines_too_few',
    lines: (fields) => [
      line([...fields.slice(0, 5), '"two'].join(','), ['RECORD_UNPARSABLE']),
      line(['lines"', ...fields.slice(7)].join(','), ['FIELD_COUNT']),
    ],
  },
];

const VALUES: readonly BadKind[] = [
  kind('null_quantity', ['NULL_NOT_ALLOWED'], { quantity: '' }),
  kind('null_trade_time', ['NULL_NOT_ALLOWED'], { trade_time: '' }),
  mismatch('integer_exponent', { version: '1e5' }),
  mismatch('integer_fraction', { version: '10.5' }),
  mismatch('integer_thousands', { version: '"1,000"' }),
  mismatch('integer_beyond_64_bits', { version: '9223372036854775808' }),
  mismatch('decimal_nan', { price: 'NaN' }),
  mismatch('decimal_tenth_digit', { price: '1.0123456789' }),
  mismatch('decimal_thousands', { quantity: "1'000.5" }),
  mismatch('decimal_too_large', { price: '1234567890.5' }),
  mismatch('no_such_day', { settlement_date: '2025-02-30' }),
  mismatch('behind_midnight', { trade_time: '2023-01-30T24:00:01.000000Z' }),
  mismatch('no_such_leap_day', { confirmed_time: '2023-02-29T10:00:00.000000Z' }),
  mismatch('seventh_digit', { received_time: '2033-01-30T10:00:00.1234567Z' }),
  kind('negative_quantity', ['VALUE_OUT_OF_RANGE'], { quantity: '-1' }),
  kind('version_zero', ['VALUE_OUT_OF_RANGE'], { version: '0' }),
  kind('version_too_large', ['VALUE_OUT_OF_RANGE'], { version: '1000' }),
  kind('side_unknown', ['VALUE_NOT_ALLOWED'], { side: 'HOLD' }),
  kind('status_in_small_letters', ['VALUE_NOT_ALLOWED'], { status: 'new' }),
  kind('trader_pattern', ['PATTERN_MISMATCH'], { trader_id: 'XX12' }),
  kind('counterparty_too_long', ['VALUE_TOO_LONG'], { counterparty: 'Société '.repeat(5) }),
  kind('isin_check_digit', ['CHECK_DIGIT'], { isin: 'US0000000003' }),
  kind('no_such_currency', ['CHECK_DIGIT'], { currency: 'XQQ' }),
];

const RULES: readonly BadKind[] = [
  kind('received_before_trade', ['RULE_FAILED'], { received_time: '2001-01-01T00:00:00.000000Z' }),
  kind('settled_before_trade', ['RULE_FAILED'], { settlement_date: '2001-01-01' }),
  kind('notional_too_large', ['RULE_FAILED'], DEAR),
  kind('two_rules', ['RULE_FAILED', 'RULE_FAILED'], { ...DEAR, settlement_date: '2001-01-01' }),
  kind('several_columns', ['TYPE_MISMATCH', 'VALUE_NOT_ALLOWED', 'PATTERN_MISMATCH'], { version: '1e5', side: 'HOLD', trader_id: 'XX12' }),
  kind('column_and_rule', ['VALUE_NOT_ALLOWED', 'RULE_FAILED'], { side: 'HOLD', ...DEAR }),
];

export const BAD_KINDS: readonly BadKind[] = [...STRUCTURE, ...VALUES, ...RULES];

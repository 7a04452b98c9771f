/** The fast way against the exact one: what the fast way says is good, the checker must accept, with the same trade. */
import { describe, expect, it } from 'vitest';
import type { SourceSpec } from '../../../core/spec/source-spec.ts';
import { createTradeChecker } from '../checked-trades.ts';
import { SecondBuckets } from '../second-buckets.ts';
import { randomNumbers } from '../test-support/random-trades.ts';
import { tradeSpec } from '../test-support/trade-spec.ts';
import { requireTradeColumns } from '../trade-columns.ts';
import { compileTradeScanner } from './compile-trade-scanner.ts';
import { FastTrades } from './fast-trades.ts';
import { TRADE } from '../trade-batch.ts';

const NOW = '2026-03-02T12:00:00.000000Z';
const RUNS = Number(process.env['TRADE_SCAN_RUNS'] ?? 40_000);

function ways(spec: SourceSpec): { readonly fast: FastTrades; readonly compare: (message: Buffer) => 'same' | 'left' | 'refused' } {
  const columns = requireTradeColumns(spec);
  const { limit } = new SecondBuckets(columns.scales);
  const scanner = compileTradeScanner(spec, columns, limit);
  if (scanner === null) throw new Error('the spec has no fast way');
  scanner.at(BigInt(Date.parse(NOW)) * 1000n);
  const fast = new FastTrades(scanner);
  const checker = createTradeChecker(spec, columns, NOW);
  const text = (from: number, to: number): string =>
    Buffer.from(fast.view.buffer, fast.view.byteOffset).toString('utf8', fast.batch.rows[from], fast.batch.rows[to]);
  const unit = (scale: number): bigint => 10n ** BigInt(18 - scale);
  return {
    fast,
    compare: (message) => {
      const isKnown = fast.scan(message, 0, message.length);
      const read = isKnown
        ? {
            instrument: text(TRADE.INSTRUMENT_FROM, TRADE.INSTRUMENT_TO),
            price: BigInt(fast.batch.rows[TRADE.PRICE] ?? NaN) * unit(columns.scales.price),
            quantity: BigInt(fast.batch.rows[TRADE.QUANTITY] ?? NaN) * unit(columns.scales.quantity),
            timeUs: fast.batch.rows[TRADE.TIME],
            key: text(TRADE.KEY_FROM, TRADE.KEY_TO),
          }
        : null;
      const verdict = checker.check(message);
      if (read !== null) {
        expect(read, message.toString('latin1')).toEqual(verdict);
        return 'same';
      }
      if (verdict !== 'refused') fast.accepted(message);
      return verdict === 'refused' ? 'refused' : 'left';
    },
  };
}

const GOOD = {
  trade_id: 'T-000000000001',
  instrument: 'BTC-USD',
  price: '101.25',
  quantity: '0.5',
  side: 'BUY',
  trade_time: '2026-03-02T11:59:58.123456Z',
  sequence: 17,
  session: 'S1',
};
/** Values near every border, of every kind. */
const VALUES: readonly string[] = [
  ...[
    'null',
    'true',
    '0',
    '-0',
    '-1',
    '1',
    '17',
    '1e3',
    '1E-2',
    '0.000000001',
    '0.0000000001',
    '9007199254740993',
    '4503599.627370496',
    '999999999.999999999',
  ],
  ...[
    '01',
    '.5',
    '5.',
    '1.50',
    '123456789012345678',
    '""',
    '" BTC"',
    '"BTC "',
    '"BUY"',
    '"SELL"',
    '"buy"',
    '"B\\u0055Y"',
    '"Zürich"',
    '"a\\"b"',
    '"x"',
  ],
  ...[
    '"101.25"',
    '"-3"',
    '"+3"',
    '"1e3"',
    '"00012.5"',
    '"0"',
    '"2026-03-02T11:59:58Z"',
    '"2026-03-02 11:59:58.5+01:00"',
    '"2026-02-29T00:00:00Z"',
  ],
  ...[
    '"2026-03-02T11:59:58.1234567Z"',
    '"2026-03-02T12:00:00.000001Z"',
    '"1969-12-31T23:59:59Z"',
    '[]',
    '{}',
    '[1]',
    `"${'i'.repeat(33)}"`,
    `"${'k'.repeat(300)}"`,
  ],
];

function randomMessage(random: () => number, good: Readonly<Record<string, unknown>>): Buffer {
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  const members = Object.entries(good).map(([name, value]) => [JSON.stringify(name), JSON.stringify(value)]);
  if (random() < 0.5) (members[Math.floor(random() * members.length)] as string[])[1] = pick(VALUES);
  if (random() < 0.1) members.splice(Math.floor(random() * members.length), 1);
  if (random() < 0.05)
    members.push(
      pick([
        ['"extra"', '1'],
        ['"price"', '"7"'],
        ['"trade_id"', '"again"'],
      ]),
    );
  if (random() < 0.05) members.reverse();
  const colon = random() < 0.2 ? ': ' : ':';
  const text = `{${members.map(([name, value]) => `${name ?? ''}${colon}${value ?? ''}`).join(random() < 0.2 ? ', ' : ',')}}`;
  const bytes = Buffer.from(random() < 0.05 ? ` ${text}` : random() < 0.05 ? `${text}\n` : random() < 0.02 ? `${text}${text}` : text);
  if (random() < 0.25) bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
  if (random() < 0.03) return bytes.subarray(0, Math.floor(random() * bytes.length));
  return bytes;
}

/** Alone in an array, or with other bytes before and behind it, as the log hands messages over. */
function placed(message: Buffer, random: () => number): Buffer {
  if (random() < 0.4) return Buffer.from(Uint8Array.from(message).buffer);
  const around = Buffer.from(new Uint8Array(40_000).fill(random() < 0.5 ? 0x7d : 0x22).buffer);
  const at = random() < 0.2 ? around.length - message.length : 1000;
  message.copy(around, at);
  return around.subarray(at, at + message.length);
}

const SPECS: readonly (readonly [name: string, spec: SourceSpec, changes: object])[] = [
  ['plain', tradeSpec(), {}],
  [
    'with a rule on the clock, patterns and words for NULL',
    tradeSpec((yaml) =>
      yaml
        .replace(
          '{rule: "price > 0", code: PRICE_POSITIVE}',
          '{rule: "price > 0 and trade_time <= current_timestamp()", code: A}\n    - {rule: "side = \'BUY\' or quantity < 100000", code: B}',
        )
        .replace('{name: trade_id, type: STRING, nullable: false}', '{name: trade_id, type: STRING, pattern: "T-[0-9]+"}'),
    ),
    {},
  ],
  [
    'with wider types and limits',
    tradeSpec((yaml) =>
      yaml
        .replace(
          '{name: price, type: "NUMERIC(18,9)", nullable: false}',
          '{name: price, type: NUMERIC, nullable: true, max_value: 1000000}',
        )
        .replace('{name: quantity, type: "NUMERIC(18,9)", nullable: false}', '{name: quantity, type: INT64, nullable: true}')
        .replace('{name: sequence, type: INT64}', '{name: sequence, type: BOOL}')
        .replace('  sequence_field: sequence\n  sequence_by: [instrument, session]\n', ''),
    ),
    { quantity: 5, sequence: true },
  ],
];

describe('the fast way', () => {
  it.each(SPECS)('gives the checker’s answer on random and damaged messages, or none (%s)', (_name, spec, changes) => {
    const random = randomNumbers(20_260_302);
    const { compare } = ways(spec);
    const counts = { same: 0, left: 0, refused: 0 };
    for (let run = 0; run < RUNS; run += 1) counts[compare(placed(randomMessage(random, { ...GOOD, ...changes }), random))] += 1;
    expect(counts.same).toBeGreaterThan(RUNS / 20);
    expect(counts.refused).toBeGreaterThan(RUNS / 20);
  });

  it('learns the order of the members from messages that the checker accepts', () => {
    const { fast, compare } = ways(tradeSpec());
    const backwards = Buffer.from(JSON.stringify(Object.fromEntries(Object.entries(GOOD).reverse())));
    expect(compare(backwards)).toBe('left');
    for (let message = 0; message < 40; message += 1) compare(backwards);
    expect(fast.scan(backwards, 0, backwards.length)).toBe(true);
  });

  it('does not exist where a message is no JSON object of plain columns', () => {
    const spec = tradeSpec((yaml) =>
      yaml
        .replace('{name: session, type: STRING}', '{name: session, type: STRING, mode: REPEATED}')
        .replace('sequence_by: [instrument, session]', 'sequence_by: [instrument]'),
    );
    expect(compileTradeScanner(spec, requireTradeColumns(spec), 2 ** 52)).toBeNull();
  });
});

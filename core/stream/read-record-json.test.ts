import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Cell } from '../engine/output/file-output.ts';
import type { Finding } from '../engine/report.ts';
import { specOf } from '../engine/test-support/spec-of.ts';
import { FIRST_MICROS, LAST_MICROS } from '../types/calendar.ts';
import type { ColumnType } from '../types/column-type.ts';
import { createReadRecordJson } from './read-record-json.ts';
import { createRecordJson } from './record-json.ts';

const micros = fc.bigInt({ min: FIRST_MICROS, max: LAST_MICROS });
const texts = fc.string({ unit: 'binary', maxLength: 30 }).map((text) => text.toWellFormed());
const decimals = fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n });
const integers = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });

const COLUMNS: readonly (readonly [name: string, type: ColumnType, cells: fc.Arbitrary<Cell>])[] = [
  ['text', { kind: 'STRING' }, texts],
  ['json', { kind: 'JSON' }, fc.json()],
  ['whole', { kind: 'INT64' }, integers],
  ['amount', { kind: 'DECIMAL', precision: 38, scale: 18 }, decimals],
  ['float', { kind: 'FLOAT64' }, fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0)],
  ['flag', { kind: 'BOOL' }, fc.boolean()],
  ['day', { kind: 'DATE' }, fc.integer({ min: -719_162, max: 2_932_896 })],
  ['clock', { kind: 'TIME' }, fc.integer({ min: 0, max: 86_399_999_999 })],
  ['local', { kind: 'DATETIME' }, micros],
  ['bytes', { kind: 'BYTES' }, fc.uint8Array({ maxLength: 20 })],
];
const SPEC = specOf({
  schema: [
    ...COLUMNS.map(([name, type]) => ({ name, type })),
    { name: 'at', type: { kind: 'TIMESTAMP' }, precision: 'ns' },
    { name: 'list', type: { kind: 'INT64' }, mode: 'REPEATED' },
  ],
});
const WARNING: Finding = { code: 'RULE_FAILED', column: null, rule: 'odd', found: null, expected: null, message: 'm' };

const RECORDS = fc
  .tuple(
    fc.tuple(...COLUMNS.map(([, , cells]) => fc.option(cells))),
    fc.option(fc.tuple(micros, fc.bigInt({ min: 0n, max: 999n }))),
    fc.option(fc.array(fc.option(integers), { maxLength: 4 })),
    fc.option(fc.json()),
    fc.boolean(),
  )
  .map(([plain, at, list, extra, warns]) => ({
    cells: [...plain, ...(at ?? [null, null]), list] as readonly Cell[],
    extra,
    warnings: warns ? [WARNING] : [],
  }));

const write = createRecordJson(SPEC);
const read = createReadRecordJson(SPEC);

test('whatever is written is read back, cell for cell', () => {
  fc.assert(
    fc.property(RECORDS, (record) => {
      const back = read(Buffer.from(write(record)));
      const values = record.cells.filter((_, index) => index !== COLUMNS.length + 1);
      const bytes = (cells: readonly Cell[]): readonly unknown[] =>
        cells.map((cell) => (cell instanceof Uint8Array ? Buffer.from(cell).toString('hex') : cell));
      expect(back).toHaveProperty('record');
      if (!('record' in back)) return;
      expect(bytes(back.record.cells)).toEqual(bytes(record.cells));
      expect(bytes(back.record.values)).toEqual(bytes(values));
      expect([back.record.extra, back.record.warnings]).toEqual([record.extra, record.warnings]);
    }),
    { numRuns: 500 },
  );
});

test('a changed byte is another record or none: what is accepted has its own text', () => {
  let [accepted, refused] = [0, 0];
  fc.assert(
    fc.property(RECORDS, fc.nat(), fc.integer({ min: 0, max: 255 }), (record, place, byte) => {
      const bytes = Buffer.from(write(record));
      bytes[place % bytes.length] = byte;
      const back = read(bytes);
      if ('record' in back) {
        accepted += 1;
        expect(write(back.record)).toBe(bytes.toString('utf8'));
      } else refused += 1;
    }),
    { numRuns: 1000 },
  );
  expect(accepted).toBeGreaterThan(10);
  expect(refused).toBeGreaterThan(100);
});

test.each([
  ['{"amount":"1.50"}', 'RECORD_UNPARSABLE', null],
  ['{"amount":"1.5","amount":"1.5"}', 'RECORD_UNPARSABLE', null],
  ['{"whole":"1","text":"x"}', 'RECORD_UNPARSABLE', null],
  ['{ "text":"x"}', 'RECORD_UNPARSABLE', null],
  ['{"text":null}', 'TYPE_MISMATCH', 'text'],
  ['{"amount":1.5}', 'TYPE_MISMATCH', 'amount'],
  ['{"amount":"1.2345678901234567891"}', 'TYPE_MISMATCH', 'amount'],
  ['{"day":"2023-02-30"}', 'TYPE_MISMATCH', 'day'],
  ['{"flag":"true"}', 'TYPE_MISMATCH', 'flag'],
  ['{"list":"1"}', 'TYPE_MISMATCH', 'list'],
  ['{"list":[1]}', 'TYPE_MISMATCH', 'list'],
  ['{"__proto__":{"text":"x"}}', 'FIELD_UNKNOWN', null],
  ['{"other":"x"}', 'FIELD_UNKNOWN', null],
  ['{"_extra":{}}', 'RECORD_UNPARSABLE', null],
  ['{"_warnings":"[]"}', 'RECORD_UNPARSABLE', null],
  ['[]', 'RECORD_UNPARSABLE', null],
  ['{"text":', 'RECORD_UNPARSABLE', null],
  ['', 'RECORD_UNPARSABLE', null],
])('what the bridge would not have written is no record: %s', (text, code, column) => {
  expect(read(Buffer.from(text))).toEqual({ fault: expect.objectContaining({ code, column }) as unknown });
});

test('so are bytes that are no text', () => {
  expect(read(Buffer.from([0x7b, 0xff, 0x7d]))).toMatchObject({ fault: { code: 'ENCODING_INVALID' } });
});

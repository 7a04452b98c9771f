import { expect, test } from 'vitest';
import { isMarketsError } from '../errors/markets-error.ts';
import { parseExpression } from '../expression/parse-expression.ts';
import type { RowRule, SourceSpec } from '../spec/source-spec.ts';
import type { ColumnType } from '../types/column-type.ts';
import { ENGINE_LIMITS } from './limits.ts';
import { createMessageChecker, type CheckedMessage, type MessageChecker } from './message-checker.ts';
import { judgeInMemory } from './test-support/judge-in-memory.ts';
import { AMOUNT, INT64, specOf, type ColumnOptions } from './test-support/spec-of.ts';

const NOW = '2023-01-30T06:00:00.000000Z';
const TIMESTAMP: ColumnType = { kind: 'TIMESTAMP' };
type SourceOptions = NonNullable<Parameters<typeof specOf>[0]['source']>;

const path = (...steps: readonly string[]): Pick<ColumnOptions, 'locator'> => ({ locator: { kind: 'json_path', steps } });
const JSON_SCHEMA: readonly ColumnOptions[] = [
  { name: 'id', nullable: false, ...path('id') },
  { name: 'price', type: AMOUNT, ...path('deal', 'price') },
  { name: 'at', type: TIMESTAMP, precision: 'ns', format: { kind: 'iso8601' }, ...path('at') },
];
const ROW_SCHEMA: readonly ColumnOptions[] = [
  { name: 'id', nullable: false },
  { name: 'qty', type: INT64 },
];
const tag = (name: string, number: number, more: Partial<ColumnOptions> = {}): ColumnOptions => ({
  name,
  locator: { kind: 'tag', tag: number },
  ...more,
});
const FIX_SCHEMA = [tag('symbol', 55, { nullable: false }), tag('qty', 38, { type: INT64 })];

function jsonSpec(more: Partial<SourceSpec> = {}, source: SourceOptions = {}): SourceSpec {
  return specOf({ schema: JSON_SCHEMA, ...more, source: { format: 'jsonl', ...source } });
}

function csvSpec(csv: SourceOptions['csv'] = {}): SourceSpec {
  return specOf({ schema: ROW_SCHEMA, source: { csv: { has_header: false, ...csv } } });
}

function fixSpec(types: readonly string[] | null = null): SourceSpec {
  return specOf({ schema: FIX_SCHEMA, schema_drift: 'discard', source: { format: 'fix', fix: { separator: null, message_types: types } } });
}

/** CheckSum is that of the message with SOH, whatever shows in its place. */
function fixMessage(body: string, separator: '|' | '\u0001' = '\u0001'): string {
  const text = `8=FIX.4.4|9=${body.length}|${body}`;
  const sum = [...Buffer.from(text.replaceAll('|', '\u0001'), 'latin1')].reduce((total, byte) => total + byte, 0) % 256;
  return `${text}10=${String(sum).padStart(3, '0')}|`.replaceAll('|', separator);
}

function checkerOf(spec: SourceSpec, maxRecordBytes = ENGINE_LIMITS.maxRecordBytes): MessageChecker {
  return createMessageChecker(spec, { now: NOW, limits: { ...ENGINE_LIMITS, maxRecordBytes } });
}

/** The verdict in one line: cells, or the codes with their columns. */
function told({ verdict, cells, findings }: CheckedMessage): string {
  if (verdict === 'accepted') return cells.map(String).join(' ');
  return verdict === 'skipped' ? 'skipped' : findings.map(({ code, column }) => (column === null ? code : `${code} ${column}`)).join(', ');
}

function tell(checker: MessageChecker, ...messages: readonly (string | Buffer)[]): readonly string[] {
  return messages.map((message) => told(checker.check(Buffer.from(message))));
}

test('a JSON message is its typed cells in the order of the output, and its members that evolve keeps', () => {
  const checked = checkerOf(jsonSpec({ schema_drift: 'evolve' })).check(
    new TextEncoder().encode('{"id":"é","deal":{"price":1.50},"at":"1970-01-01T00:00:00.000001234Z","more":[1.0]}'),
  );
  expect({ ...checked }).toMatchObject({ verdict: 'accepted', findings: [], warnings: [], cells: ['é', 15000n, 1n, 234n] });
  expect(checked.values).toEqual(['é', 15000n, 1n]);
  expect(checked.extra).toBe('{"more":[1.0]}');
});

test.each(['json', 'jsonl'] as const)('%s: one object in the message, over as many lines as it likes, and nothing else', (format) => {
  const checker = checkerOf(jsonSpec({}, { format, records: '/data' }));
  const mark = Buffer.from('\ufeff{"id":"M"}');
  expect(tell(checker, '{"id":"A"}', '{\n "id": "B"\r\n}\r\n', ' {"id":"C"} ', mark)).toEqual(
    ['A', 'B', 'C', 'M'].map((id) => `${id} null null null`),
  );
  const broken = [
    '',
    '\n',
    '  ',
    '{"id":"A"',
    '{"id":"A"}{"id":"B"}',
    '{"id":"A"}\n{"id":"B"}',
    '{"id":"A"},',
    '[]',
    '[{"id":"A"}]',
    '5',
    'null',
  ];
  expect(tell(checker, ...broken)).toEqual(broken.map(() => 'RECORD_UNPARSABLE'));
  expect(tell(checker, '{"deal":{"price":"x"},"no":1}')).toEqual(['FIELD_MISSING id, TYPE_MISMATCH price, FIELD_UNKNOWN no']);
  expect(tell(checker, Buffer.from('{"id":"\xff"}', 'latin1'))).toEqual(['ENCODING_INVALID id']);
});

test('CSV without a header: one record in the message, with or without its line end', () => {
  const checker = checkerOf(csvSpec({ comment: '#' }));
  expect(tell(checker, 'A,1', 'B,2\r\n', '"C\nD",3\n', '\ufeffE,\n')).toEqual(['A 1', 'B 2', 'C\nD 3', 'E null']);
  expect(tell(checker, '', '\r\n', '# no record')).toEqual(['RECORD_UNPARSABLE', 'RECORD_UNPARSABLE', 'RECORD_UNPARSABLE']);
  expect(tell(checker, 'A,1\nB,2', 'A,x\nB,2', 'A,"1', 'A', 'A,1,2', ',x')).toEqual([
    'RECORD_UNPARSABLE',
    'RECORD_UNPARSABLE',
    'RECORD_UNPARSABLE',
    'FIELD_COUNT',
    'FIELD_COUNT',
    'NULL_NOT_ALLOWED id, TYPE_MISMATCH qty',
  ]);
  expect(checker.check(Buffer.from('A,1\nB,2')).findings[0]?.message).toBe('The message holds more than one record.');
  expect(checker.check(Buffer.from('A,"1\nB,2')).findings[0]?.expected).toBe('well-formed quoted fields');
});

test('fixed width: one line of the layout', () => {
  const characters = (position: number, width: number): Pick<ColumnOptions, 'locator'> => ({
    locator: { kind: 'characters', position, width },
  });
  const schema = [
    { name: 'id', ...characters(1, 3) },
    { name: 'qty', type: INT64, ...characters(4, 3) },
  ];
  const checker = checkerOf(specOf({ schema, source: { format: 'fixed_width', csv: { has_header: false } } }));
  expect(tell(checker, 'A    7', 'A    8\n', 'A   7', 'A    7\nB    8', '')).toEqual([
    'A 7',
    'A 8',
    'FIELD_COUNT',
    'RECORD_UNPARSABLE',
    'RECORD_UNPARSABLE',
  ]);
});

test('FIX: one message, whose separator it shows itself; types that are not wanted are skipped', () => {
  const checker = checkerOf(fixSpec(['8']));
  const good = fixMessage('35=8|55=A|38=7|');
  // A broken message with another separator comes before each good one.
  const stray = '8=FIX.4.4|9=5|35=8|';
  expect(tell(checker, stray, good, fixMessage('35=8|55=B|', '|'), `${good}\n`)).toEqual(['RECORD_UNPARSABLE', 'A 7', 'B null', 'A 7']);
  const other = fixMessage('35=D|55=A|');
  expect(tell(checker, other, `${good}${other}`, `${other}${good}`, `${good}${good}`, `${good}x`, good.slice(0, -8), '', '\n')).toEqual([
    'skipped',
    ...Array.from({ length: 7 }, () => 'RECORD_UNPARSABLE'),
  ]);
  expect(tell(checker, other, good)).toEqual(['skipped', 'A 7']);
});

test('a message longer than maxRecordBytes is refused, its line end does not count, and the next one is read as ever', () => {
  const json = checkerOf(jsonSpec(), 12);
  expect(tell(json, '{"id":"AAA"}\r\n', '{"id":"AAAA"}', '{"id":"B"}')).toEqual([
    'AAA null null null',
    'RECORD_TOO_LONG',
    'B null null null',
  ]);
  const csv = checkerOf(csvSpec(), 5);
  expect(tell(csv, 'AAA,1\n', 'AAAA,1', 'AAAAAAAAAA,1\nB,1', 'B,1')).toEqual(['AAA 1', 'RECORD_TOO_LONG', 'RECORD_TOO_LONG', 'B 1']);
  const fix = checkerOf(fixSpec(), 40);
  const short = fixMessage('35=8|55=B|');
  expect(tell(fix, fixMessage(`35=8|55=${'A'.repeat(200)}|`), short)).toEqual(['RECORD_TOO_LONG', 'B null']);
});

test('what is refused leaves no cells of the message before it', () => {
  const checker = checkerOf(jsonSpec({ schema_drift: 'evolve' }));
  checker.check(Buffer.from('{"id":"A","x":1}'));
  expect({ ...checker.check(Buffer.from('{}')) }).toMatchObject({ verdict: 'refused', cells: [], values: [], extra: null });
  expect({ ...checker.check(Buffer.from('{"id":"B"}')) }).toMatchObject({ verdict: 'accepted', findings: [], extra: null });
});

test('bytes within a larger buffer are read where they stand', () => {
  const all = new TextEncoder().encode('xx{"id":"A"}yy');
  expect(told(checkerOf(jsonSpec()).check(all.subarray(2, -2)))).toBe('A null null null');
});

test('current_timestamp() of errors and warnings moves with at()', () => {
  const columns = new Map<string, ColumnType>([['at', TIMESTAMP]]);
  const rule = (text: string, more: Partial<RowRule>): RowRule => {
    const parsed = parseExpression(text, columns);
    if (!parsed.ok) throw new Error(parsed.problem.message);
    return { rule: text, expression: parsed.expression, severity: 'error', code: null, description: null, ...more };
  };
  const row_level = [
    rule('at <= current_timestamp()', { code: 'FUTURE' }),
    rule('at = current_timestamp()', { severity: 'warning', code: 'NOT_NOW' }),
  ];
  const validation = { row_level, file_level: [], max_bad_rows: null, max_bad_ratio_ppb: null };
  const checker = checkerOf(jsonSpec({ validation }));
  const rules = (): readonly (string | null)[] => {
    const { findings, warnings } = checker.check(Buffer.from('{"id":"A","at":"2023-01-31T00:00:00Z"}'));
    return [...findings, ...warnings].map((finding) => finding.rule);
  };
  expect(rules()).toEqual(['FUTURE']);
  checker.at('2023-01-31T00:00:00.000000Z');
  expect(rules()).toEqual([]);
  checker.at('2023-02-01T00:00:00.000000Z');
  expect(rules()).toEqual(['NOT_NOW']);
});

const control = { pattern: null, row_count: '1', checksum: null, business_date: null, checksum_algorithm: null, totals: [] } as const;
test.each([
  ['XML', specOf({ schema: ROW_SCHEMA, source: { format: 'xml' } })],
  ['Parquet', specOf({ schema: ROW_SCHEMA, source: { format: 'parquet' } })],
  ['UTF-16', jsonSpec({}, { encoding: 'utf-16le' })],
  ['CSV with a header', csvSpec({ has_header: true })],
  ['CSV with skipped rows', csvSpec({ skip_rows: 1 })],
  ['CSV with a trailer', { ...csvSpec(), control_file: { type: 'trailer', required: false, wait_minutes: 0, ...control } }],
] as const)('%s is refused before any message', (_, spec) => {
  let error: unknown = null;
  try {
    checkerOf(spec);
  } catch (thrown) {
    error = thrown;
  }
  expect(isMarketsError(error, 'SPEC_NOT_SUPPORTED')).toBe(true);
});

test('a FIX message is judged as a file of that one message', async () => {
  const spec = fixSpec();
  const checker = checkerOf(spec);
  const bodies = ['35=8|55=A|38=7|', '35=8|38=7|', '35=8|55=A|38=x|', '35=8|55=A|55=B|', '35=8|55=|'];
  const good = bodies.map((body) => fixMessage(body));
  for (const message of [...good, ...good.map((each) => each.slice(0, -3)), ...good.map((each) => each.slice(3))]) {
    const { output } = await judgeInMemory(spec, message);
    const checked = checker.check(Buffer.from(message));
    expect(output.staged.length + output.refused.length, message).toBe(1);
    expect(checked.findings).toEqual(output.refused[0]?.findings ?? []);
    expect(checked.cells).toEqual(output.staged[0]?.cells ?? []);
  }
});

import { describe, expect, test } from 'vitest';
import type { FixDialect, SourceSpec } from '../../../spec/source-spec.ts';
import { judgeInMemory, refusals } from '../../test-support/judge-in-memory.ts';
import { AMOUNT, INT64, specOf, type ColumnOptions } from '../../test-support/spec-of.ts';

const SOH = '\u0001';
/** The execution report that Wikipedia's article on FIX shows, lengths and sum by somebody else. */
const PUBLISHED =
  '8=FIX.4.2|9=178|35=8|49=PHLX|56=PERS|52=20071123-05:30:00.000|11=ATOMNOCCC9990900|20=3|150=E|39=E|55=MSFT|167=CS|54=1|38=15|40=2|44=15|58=PHLX EQUITY TESTING|59=0|47=C|32=0|31=0|151=15|14=0|6=0|10=128|';

const tag = (name: string, number: number, more: Partial<ColumnOptions> = {}): ColumnOptions => ({
  name,
  locator: { kind: 'tag', tag: number },
  ...more,
});
const SCHEMA = [
  tag('symbol', 55, { nullable: false }),
  tag('quantity', 38, { type: INT64 }),
  tag('price', 44, { type: AMOUNT }),
  tag('text', 58),
  tag('parties', 453, { type: { kind: 'JSON' } }),
];

function spec(fix: Partial<FixDialect> = {}, more: Partial<SourceSpec> = {}, columns = SCHEMA): SourceSpec {
  return specOf({
    schema_drift: 'discard',
    ...more,
    schema: columns,
    source: { format: 'fix', fix: { separator: null, message_types: null, ...fix } },
  });
}

/** A message with the given body, its separators as SOH; `lie` changes what BodyLength or CheckSum say. */
function message(body: string | Buffer, lie: { readonly length?: number; readonly sum?: number; readonly version?: string } = {}): Buffer {
  const bytes = typeof body === 'string' ? Buffer.from(body.replaceAll('|', SOH)) : body;
  const head = Buffer.from(`8=${lie.version ?? 'FIX.4.4'}${SOH}9=${bytes.length + (lie.length ?? 0)}${SOH}`);
  const sum = Buffer.concat([head, bytes]).reduce((total, byte) => total + byte, lie.sum ?? 0) % 256;
  return Buffer.concat([head, bytes, Buffer.from(`10=${String(sum).padStart(3, '0')}${SOH}`)]);
}

test('a published execution report is read with | and with SOH, on a line of its own and back to back', async () => {
  for (const line of [PUBLISHED, PUBLISHED.replaceAll('|', SOH)]) {
    const length = line.length;
    const { report, output } = await judgeInMemory(spec(), `${line}\n${line}${line}\r\n`);
    expect(output.staged.map(({ cells }) => cells)).toEqual(
      Array.from({ length: 3 }, () => ['MSFT', 15n, 150000n, 'PHLX EQUITY TESTING', null]),
    );
    expect(output.staged.map(({ span }) => [span.line, span.byteOffset, span.byteLength])).toEqual([
      [1, 0, length],
      [2, length + 1, length],
      [2, 2 * length + 1, length],
    ]);
    expect(report.conservation).toMatchObject({ holds: true, tokenizer_records: 3 });
  }
});

test('FIX 4.2, 4.4 and 5.0 SP2 are read, and the last separator may be left out', async () => {
  const versions = ['FIX.4.2', 'FIX.4.4', 'FIXT.1.1'].map((version) => message('35=D|1128=9|55=A|', { version }));
  const { output, report } = await judgeInMemory(
    spec(),
    Buffer.concat([...versions.map((each) => Buffer.concat([each.subarray(0, -1), Buffer.from('\n')]))]),
  );
  expect(output.staged).toHaveLength(3);
  expect(report.conservation).toMatchObject({ holds: true, tokenizer_records: 3 });
});

describe('a message is refused with what it says and what is true', () => {
  test.each([
    ['another BodyLength', message('35=8|55=A|', { length: 3 }), 'BodyLength (9) says 13, the body has 10 bytes.', '13', '10'],
    ['another CheckSum', message('35=8|55=A|', { sum: 1 }), 'CheckSum (10) says 193, the bytes sum up to 192.', '193', '192'],
    [
      'a cut end',
      message('35=8|55=A|').subarray(0, 25),
      'The message has no CheckSum (10) 10 bytes behind BodyLength (9), nor elsewhere.',
      null,
      'CheckSum (10) last',
    ],
    ['no beginning', message('35=8|55=A|').subarray(3), 'The message does not begin with BeginString (8).', null, 'BeginString (8) first'],
    [
      'no BodyLength',
      Buffer.from(`8=FIX.4.4${SOH}35=8${SOH}`),
      'BeginString (8) is not followed by BodyLength (9), which is digits.',
      null,
      'BodyLength (9) second',
    ],
    ['no MsgType third', message('55=A|35=8|'), 'BodyLength (9) is not followed by MsgType (35).', null, 'MsgType (35) third'],
    ['a field without tag', message('35=8|=A|'), 'A field is not written tag=value (byte 19 of the message).', null, 'tag=value'],
    ['a tag twice', message('35=8|55=A|55=B|'), 'Tag 55 stands twice outside of groups.', null, 'each tag once'],
    ['a group too few', message('35=8|55=A|453=2|448=X|447=D|'), 'Tag 453 says 2 groups, the message has 1.', '2', '1'],
    ['a group too many', message('35=8|55=A|453=1|448=X|448=Y|'), 'Tag 453 says 1 groups, the message has 2.', '1', '2'],
    [
      'a beginning in a group',
      message('35=8|55=A|453=2|448=X|8=Z|448=Y|'),
      'Tag 8 stands in the midst of the message.',
      null,
      'tags of groups',
    ],
    [
      'data of another length',
      message('35=8|55=A|354=2|355=abc|'),
      'The data of tag 355 is not 2 bytes long, as tag 354 says.',
      null,
      '2 bytes, then the separator',
    ],
    [
      'data that is not there',
      message('35=8|55=A|354=2|58=abc|'),
      'Tag 354 says 2, and tag 355 does not follow it with as many bytes.',
      null,
      'a length, then tag 355',
    ],
  ])('%s', async (_, bad, text, found, expected) => {
    const good = message('35=8|55=G|');
    const { output, report } = await judgeInMemory(spec(), Buffer.concat([good, Buffer.from('\n'), bad, Buffer.from('\n'), good]));
    expect(output.refused.map(({ span, findings }) => [span.record, span.line, span.byteOffset, span.byteLength, findings])).toEqual([
      [2, 2, good.length + 1, bad.length, [{ code: 'RECORD_UNPARSABLE', column: null, rule: null, found, expected, message: text }]],
    ]);
    expect(output.staged.map(({ span }) => [span.record, span.line])).toEqual([
      [1, 1],
      [3, 3],
    ]);
    expect(report.conservation.holds).toBe(true);
  });
});

test('a damaged message that stands back to back takes none of its neighbours with it', async () => {
  const good = message('35=8|55=G|');
  const { output } = await judgeInMemory(
    spec(),
    Buffer.concat([good, message('35=8|55=A|', { length: 500 }), good, good.subarray(0, 30), good]),
  );
  expect(refusals(output)).toEqual([`1:${good.length}:RECORD_UNPARSABLE`, `1:${3 * good.length + 1}:RECORD_UNPARSABLE`]);
  expect(output.staged.map(({ span }) => span.record)).toEqual([1, 3, 5]);
});

test('data with a length may hold separators, line ends and what looks like another message', async () => {
  const data = `x${SOH}8=FIX.4.4${SOH}9=5${SOH}\r\n10=000${SOH}`;
  const content = message(Buffer.from(`35=8${SOH}55=A${SOH}354=${data.length}${SOH}355=${data}${SOH}58=behind${SOH}`));
  const columns = [...SCHEMA, tag('encoded', 355), tag('raw', 96, { type: { kind: 'BYTES' } })];
  const binary = message(Buffer.concat([Buffer.from(`35=8${SOH}55=B${SOH}95=3${SOH}96=`), Buffer.from([0xff, 1, 0x7c]), Buffer.from(SOH)]));
  const { output, report } = await judgeInMemory(spec({}, {}, columns), Buffer.concat([content, binary]));
  expect(output.staged.map(({ cells }) => [cells[0], cells[3], cells[5], cells[6]])).toEqual([
    ['A', 'behind', data, null],
    ['B', null, null, new Uint8Array([0xff, 1, 0x7c])],
  ]);
  expect(output.staged[1]?.span.line).toBe(2);
  expect(report.conservation).toMatchObject({ holds: true, tokenizer_records: null });
});

test('in | files a separator counts as SOH, a | within data as itself', async () => {
  const body = '35=8|55=A|354=3|355=a|b|';
  const head = `8=FIX.4.4|9=${body.length}|`;
  const separators = [...`${head}${body}`].filter((each) => each === '|').length - 1;
  const sum = (Buffer.from(head + body).reduce((total, byte) => total + byte, 0) - separators * (0x7c - 1)) % 256;
  const { output } = await judgeInMemory(
    spec({}, {}, [...SCHEMA, tag('encoded', 355)]),
    `${head}${body}10=${String(sum).padStart(3, '0')}|\n`,
  );
  expect(output.staged.map(({ cells }) => cells[5])).toEqual(['a|b']);
});

test('repeating groups are kept as JSON in the order of the message, nested ones within', async () => {
  const nested = '453=2|448=A|447=D|452=1|802=2|523=x|803=4|523=y|448=B|452=3|';
  const legs = '555=2|600=L1|624=1|539=1|524=P|525=D|538=4|600=L2|624=2|';
  const columns = [...SCHEMA, tag('legs', 555, { type: { kind: 'JSON' } }), tag('fees', 136, { type: INT64 })];
  const { output } = await judgeInMemory(spec({}, {}, columns), message(`35=8|${nested}55=A|${legs}136=1|137=0.5|138=USD|139=4|58=end|`));
  const [cells = []] = output.staged.map((row) => row.cells);
  expect([cells[0], cells[3], cells[6]]).toEqual(['A', 'end', 1n]);
  expect(cells[4]).toBe('[{"448":"A","447":"D","452":"1","802":[{"523":"x","803":"4"},{"523":"y"}]},{"448":"B","452":"3"}]');
  expect(cells[5]).toBe('[{"600":"L1","624":"1","539":[{"524":"P","525":"D","538":"4"}]},{"600":"L2","624":"2"}]');
});

test('the last group may repeat what an earlier one has beyond the standard, and ends before any other tag', async () => {
  const { output } = await judgeInMemory(spec(), message('35=8|453=2|448=A|5001=own|448=B|5001=too|38=5|55=A|'));
  expect(output.staged.map(({ cells }) => [cells[1], cells[4]])).toEqual([[5n, '[{"448":"A","5001":"own"},{"448":"B","5001":"too"}]']]);
  const none = await judgeInMemory(spec(), message('35=8|453=0|55=A|'));
  expect(none.output.staged.map(({ cells }) => cells[4])).toEqual(['[]']);
});

test('tags that the schema does not know follow schema_drift, those of header and trailer are known', async () => {
  const content = message('35=8|49=S|56=T|34=7|52=20230130-06:00:00|55=A|9001=x"y|454=1|455=I|456=4|');
  const freeze = await judgeInMemory(spec({}, { schema_drift: 'freeze' }), content);
  expect(freeze.output.refused[0]?.findings.map(({ code, column, found }) => [code, column, found])).toEqual([
    ['FIELD_UNKNOWN', '9001', '"x\\"y"'],
    ['FIELD_UNKNOWN', '454', '[{"455":"I","456":"4"}]'],
  ]);
  const evolve = await judgeInMemory(spec({}, { schema_drift: 'evolve' }), content);
  expect(evolve.output.staged[0]?.extra).toBe('{"9001":"x\\"y","454":[{"455":"I","456":"4"}]}');
  expect((await judgeInMemory(spec(), content)).output.staged[0]?.extra).toBe(null);
});

test('messages of other types are checked and passed over', async () => {
  const heartbeat = message('35=0|49=S|');
  const report = message('35=8|55=A|');
  const content = Buffer.concat([heartbeat, report, Buffer.from('\n'), heartbeat, message('35=0|', { sum: 1 }), message('35=D|55=B|')]);
  const judged = await judgeInMemory(spec({ message_types: ['8', 'D'] }), content);
  expect(judged.output.staged.map(({ cells }) => cells[0])).toEqual(['A', 'B']);
  expect(judged.output.refused.map(({ findings }) => findings[0]?.code)).toEqual(['RECORD_UNPARSABLE']);
  expect(judged.report).toMatchObject({ records_in: 3, conservation: { holds: true } });
  expect(judged.output.nonRecords()[0]).toBe(`skipped_row@0+${heartbeat.length}`);
  const clean = await judgeInMemory(spec({ message_types: ['D'] }), Buffer.concat([heartbeat, report, message('35=D|55=B|')]));
  expect(clean.report).toMatchObject({ records_in: 1, conservation: { holds: true, tokenizer_records: 1 } });
});

test('a field without a value is NULL, and bytes that are no text are found', async () => {
  const bytes = Buffer.concat([Buffer.from(`35=8${SOH}55=A${SOH}58=caf`), Buffer.from([0xe9]), Buffer.from(SOH)]);
  const { output } = await judgeInMemory(
    spec(),
    Buffer.concat([message('35=8|55=A|58=|38=|'), message('35=8|55=|'), message('35=8|38=1|'), message(bytes)]),
  );
  expect(output.staged.map(({ cells }) => [cells[1], cells[3]])).toEqual([[null, null]]);
  expect(output.refused.map(({ findings }) => findings.map(({ code, column }) => [code, column]))).toEqual([
    [['NULL_NOT_ALLOWED', 'symbol']],
    [['FIELD_MISSING', 'symbol']],
    [['ENCODING_INVALID', 'text']],
  ]);
  const latin = specOf({ schema: SCHEMA, source: { format: 'fix', encoding: 'latin-1', fix: { separator: 'SOH', message_types: null } } });
  expect((await judgeInMemory(latin, message(bytes))).output.staged[0]?.cells[3]).toBe('café');
});

test('a message beyond the limit is refused whole, framed or not, and reading goes on behind it', async () => {
  const good = message('35=8|55=G|');
  const long = message(`35=8|55=A|58=${'x'.repeat(300)}|`);
  for (const bad of [long, Buffer.concat([Buffer.from('8=FIX.4.4'), Buffer.alloc(500, 'y'), Buffer.from('\n')])]) {
    const { output, report } = await judgeInMemory(spec(), Buffer.concat([good, bad, good]), {
      limits: { maxRecordBytes: 100, chunkBytes: 64 },
    });
    expect(refusals(output)).toEqual([`1:${good.length}:RECORD_TOO_LONG`]);
    expect(output.staged.map(({ span }) => span.record)).toEqual([1, 3]);
    expect(report.conservation.holds).toBe(true);
  }
});

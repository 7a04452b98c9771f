import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SourceSpec } from '../../spec/source-spec.ts';
import { specOf } from '../test-support/spec-of.ts';
import { cut, gapIn, splitBytes } from '../test-support/split-bytes.ts';

const SCHEMA = [{ name: 'a' }, { name: 'b' }];
const LIMITS = { maxRecordBytes: 24 };

/** Files of pieces that matter to a format: whatever they make together, whole or broken. */
function filesOf(pieces: readonly string[]): fc.Arbitrary<Buffer> {
  return fc
    .array(fc.constantFrom(...pieces), { maxLength: 40 })
    .map((parts) => Buffer.from(parts.join(''), 'latin1'))
    .filter((bytes) => bytes.length > 0);
}

function holdsForAnyBorders(spec: SourceSpec, files: fc.Arbitrary<Buffer>, limits = LIMITS): void {
  fc.assert(
    fc.property(files, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 6 }), (bytes, sizes) => {
      const whole = splitBytes(spec, [bytes], limits);
      expect(gapIn(whole.stretches, bytes.length)).toBe(null);
      if (whole.tokenizerRecords !== null && !hasSyntaxFault(whole.heard)) {
        expect(whole.tokenizerRecords).toBe(whole.records);
      }
      expect(splitBytes(spec, cut(bytes, sizes), limits)).toEqual(whole);
      expect(splitBytes(spec, cut(bytes, [1]), limits)).toEqual(whole);
    }),
    { numRuns: 1500 },
  );
}

function hasSyntaxFault(heard: readonly string[]): boolean {
  return heard.some((each) => /"(?:RECORD_UNPARSABLE|RECORD_TOO_LONG|FILE_UNREADABLE)"/.test(each));
}

const CSV_PIECES = [
  'a',
  'b,',
  ',',
  '"',
  '""',
  '\n',
  '\r',
  '\r\n',
  'a,b\n',
  '"a\nb",c\n',
  '# c\n',
  'é',
  '\xff',
  'long text of a field',
  '\\"',
];

test('CSV is split alike wherever the chunks end', () => {
  holdsForAnyBorders(
    specOf({ schema: SCHEMA, schema_drift: 'discard', source: { csv: { comment: '#', has_header: false } } }),
    filesOf(CSV_PIECES),
  );
});

test('CSV with a header, skipped rows and another escape is split alike wherever the chunks end', () => {
  const csv = { escape: '\\', skip_rows: 1 };
  const files = filesOf(CSV_PIECES).map((bytes) => Buffer.concat([Buffer.from('skipped\na,b\n'), bytes]));
  holdsForAnyBorders(specOf({ schema: SCHEMA, source: { csv } }), files);
});

test('CSV with a trailer is split alike wherever the chunks end', () => {
  const control = { pattern: null, row_count: '2', checksum: null, business_date: null, checksum_algorithm: null };
  const spec = specOf({
    schema: SCHEMA,
    control_file: { type: 'trailer', ...control, totals: [], required: true, wait_minutes: 0 },
    source: { csv: { has_header: false, comment: '##' } },
  });
  holdsForAnyBorders(spec, filesOf(CSV_PIECES));
});

const FIXED = [
  { name: 'a', locator: { kind: 'characters', position: 1, width: 2 } },
  { name: 'b', locator: { kind: 'characters', position: 4, width: 1 } },
] as const;
const FIXED_PIECES = ['ab c', 'ab', ' ', '\n', '\r', '\r\n', '# c\n', '\xc3\xa9', '\xff', 'x', 'a long text of a line that is no record'];

test('fixed width is split alike wherever the chunks end', () => {
  const source = { format: 'fixed_width', record_width: 5 } as const;
  const files = filesOf(FIXED_PIECES);
  holdsForAnyBorders(specOf({ schema: FIXED, source: { ...source, csv: { comment: '##', has_header: false } } }), files);
  const control = { pattern: null, row_count: '2-3', checksum: null, business_date: null, checksum_algorithm: null };
  for (const type of ['trailer', 'header'] as const) {
    const control_file = { type, ...control, totals: [], required: true, wait_minutes: 0 };
    const csv = { comment: '#', has_header: true, skip_rows: 1 };
    holdsForAnyBorders(specOf({ schema: FIXED, control_file, source: { ...source, csv } }), files);
  }
});

const FIX_SCHEMA = [
  { name: 'text', locator: { kind: 'tag', tag: 58 } },
  { name: 'parties', type: { kind: 'JSON' }, locator: { kind: 'tag', tag: 453 } },
] as const;

/** A whole message, its separator SOH or |. */
function fixMessage(body: string, separator: string): string {
  const sum = Buffer.from(`8=FIX.4.4\x019=${body.length}\x01${body}`, 'latin1').reduce((total, byte) => total + byte, 0) % 256;
  const text = `8=FIX.4.4\x019=${body.length}\x01${body}10=${String(sum).padStart(3, '0')}\x01`;
  return text.replaceAll('\x01', separator);
}

test('FIX messages are split alike wherever the chunks end', () => {
  for (const [separator, fix] of [
    ['\x01', null],
    ['|', { separator: null, message_types: ['8'] }],
    ['|', { separator: '|', message_types: null }],
  ] as const) {
    const whole = ['35=8\x0158=a\x01', '35=0\x01', '35=8\x01453=1\x01448=x\x01', '35=8\x0158=\n\x01', '35=8\x0195=2\x0196=\x018\x01'];
    const pieces = [
      ...whole.map((body) => fixMessage(body, separator)),
      ...['8=', 'FIX.4.4', '9=5', '35=8', '10=', '123', '1', '58=x', '=', '\n', '\r\n', '\xff', 'a text that is none'],
      separator,
      '|',
    ];
    const spec = specOf({ schema: FIX_SCHEMA, source: { format: 'fix', fix } });
    holdsForAnyBorders(spec, filesOf(pieces), { maxRecordBytes: 40 });
    holdsForAnyBorders(spec, filesOf([...pieces.slice(0, 5), '\n']), { maxRecordBytes: 200 });
  }
});

test('UTF-16 is split alike wherever the chunks end', () => {
  const csv = { has_header: false };
  const spec = specOf({ schema: SCHEMA, source: { csv, encoding: 'utf-16le' } });
  const units = [...CSV_PIECES, '\u{1f600}', '\ud800', '\udc00', 'x'].map((piece) => Buffer.from(piece, 'utf16le'));
  const files = fc
    .tuple(fc.array(fc.constantFrom(...units), { maxLength: 30 }), fc.constantFrom('', 'o'))
    .map(([parts, odd]) => Buffer.concat([...parts, Buffer.from(odd)]));
  holdsForAnyBorders(
    spec,
    files.filter((bytes) => bytes.length > 0),
  );
  const swapped = files.map((bytes) => bytes.subarray(0, bytes.length & ~1).swap16());
  const marked = swapped.map((bytes) => Buffer.concat([Buffer.from([0xfe, 0xff]), bytes]));
  holdsForAnyBorders(specOf({ schema: SCHEMA, source: { csv, encoding: 'utf-16' } }), marked);
});

test('JSON Lines are split alike wherever the chunks end', () => {
  const pieces = ['{"a":"x"}', '{"a":1,"b":null}', '\n', '\r\n', '\r', ' ', '{', '"', '"\\u00e9"', '\xff', 'long text that is no JSON'];
  holdsForAnyBorders(specOf({ schema: SCHEMA, source: { format: 'jsonl' } }), filesOf(pieces));
});

test('JSON documents are split alike wherever the chunks end', () => {
  const pieces = ['{"a":"x"}', ',', '{"a":1,"b":[1,{}]}', '[', ']', '}', ' \r\n', '{', '"', '"]\\"', '5', 'null', '"r":', 'é', 'x'];
  const records = filesOf(pieces);
  const json = { format: 'json', records: '/r' } as const;
  const documents = records.map((bytes) => Buffer.concat([Buffer.from('{"head":{"n":1},\r\n"r":['), bytes]));
  holdsForAnyBorders(specOf({ schema: SCHEMA, source: json }), documents);
  holdsForAnyBorders(specOf({ schema: SCHEMA, source: { ...json, records: '' } }), records);
  const closed = records.map((bytes) => Buffer.concat([Buffer.from('{"r":['), bytes, Buffer.from('{}], "tail": [1.5e3, "x"]}')]));
  holdsForAnyBorders(specOf({ schema: SCHEMA, source: json }), closed);
});

test('a long text around the records of a JSON document is refused alike wherever the chunks end', () => {
  const pieces = ['"', 'text of ', 'twelve bytes', '\u0001', '\\', '\\"', ':', ',', '1234567', ' '];
  const documents = filesOf(pieces).map((bytes) => Buffer.concat([Buffer.from('{"'), bytes, Buffer.from('":1,"r":[{}]}')]));
  holdsForAnyBorders(specOf({ schema: SCHEMA, source: { format: 'json', records: '/r' } }), documents);
});

test('XML documents are split alike wherever the chunks end', () => {
  const pieces = [
    '<r>',
    '</r>',
    '<a>',
    '</a>',
    '<r a="x"/>',
    '<b c="',
    '"',
    '>',
    '<',
    '/>',
    ' \r\n',
    'text',
    '&amp;',
    '&',
    '<!-- r -->',
    '<![CDATA[<r>]]>',
    '<?p?>',
    '\xff',
    '</d>',
    '<!-- a long comment in a row -->',
  ];
  const xml = { root_element: 'd', row_element: 'r', namespaces: {}, flatten_nested: false };
  const spec = specOf({ schema: SCHEMA, schema_drift: 'evolve', source: { format: 'xml', xml } });
  const rows = filesOf(pieces);
  holdsForAnyBorders(spec, rows);
  holdsForAnyBorders(
    spec,
    rows.map((bytes) => Buffer.concat([Buffer.from('<?xml version="1.0"?>\n<d>'), bytes])),
  );
  holdsForAnyBorders(
    spec,
    rows.map((bytes) => Buffer.concat([Buffer.from('<d><r>'), bytes, Buffer.from('</r></d>')])),
  );
});

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import type { SourceSpec } from '../../spec/source-spec.ts';
import type { EngineLimits } from '../limits.ts';
import { judgeInOneReading, judgeInRanges } from '../test-support/judge-any-way.ts';
import { oracleFile } from '../test-support/oracle/oracle-file.ts';
import type { PlainFormat } from '../test-support/plain-spec.ts';
import { judgeBytes } from '../test-support/judge-bytes.ts';
import { AMOUNT, INT64, specOf, type ColumnOptions } from '../test-support/spec-of.ts';

const FILES_PER_FORMAT = 12;
const FORMATS: readonly PlainFormat[] = ['csv', 'jsonl', 'xml'];
/** Ways to read a file, each with its own borders of chunks and ranges. */
const WAYS: readonly Partial<EngineLimits>[] = [
  { rangeBytes: 512, workers: 0 },
  { rangeBytes: 1100, workers: 1, chunkBytes: 100 },
  { rangeBytes: 64, workers: 2, chunkBytes: 999 },
  { rangeBytes: 4096, workers: 2 },
];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ranges-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe.each(FORMATS)('%s files', (format) => {
  it.each(Array.from({ length: FILES_PER_FORMAT }, (_, index) => index + 1))('are judged alike in ranges: seed %i', async (seed) => {
    const file = oracleFile(seed, format);
    const { maxRecordBytes, chunkBytes } = file;
    const input = { ...file, limits: { maxRecordBytes, chunkBytes } };
    const whole = await judgeInOneReading(folder, input);
    for (const way of WAYS) expect(await judgeInRanges(folder, input, way)).toEqual(whole);
  });
});

const SCHEMA = [{ name: 'a' }, { name: 'b' }];

/** Files of pieces that matter to a format: whatever they make together, whole or broken. */
interface Around {
  readonly head?: string;
  readonly foot?: string;
  readonly maxRecordBytes?: number;
  readonly numRuns?: number;
}

async function holdsForAnyRanges(spec: SourceSpec, pieces: readonly string[], around: Around = {}): Promise<void> {
  const { head = '', foot = '', maxRecordBytes = 24, numRuns = 30 } = around;
  const files = fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 150 });
  const property = fc.asyncProperty(
    files,
    fc.integer({ min: 1, max: 200 }),
    fc.integer({ min: 1, max: 90 }),
    async (parts, rangeBytes, chunkBytes) => {
      const delivered = Buffer.from(`${head}${parts.join('')}${foot}`, 'latin1');
      const input = { spec, file: 'orders', delivered, limits: { maxRecordBytes } };
      const whole = await judgeInOneReading(folder, input);
      expect(whole.report.conservation.fault).toBe(null);
      for (const workers of [0, 1]) expect(await judgeInRanges(folder, input, { rangeBytes, chunkBytes, workers })).toEqual(whole);
    },
  );
  await fc.assert(property, { numRuns });
}

test('CSV of any pieces is judged alike in any ranges', async () => {
  const spec = specOf({ schema: SCHEMA, source: { csv: { comment: '#', has_header: false } } });
  const pieces = [
    'a',
    'b,',
    ',',
    '"',
    '""',
    '\n',
    '\r',
    '\r\n',
    'a,b\n',
    'a,b\n',
    '"a\nb",c\n',
    '# c\n',
    'é',
    '\xff',
    'long text of a field',
  ];
  await holdsForAnyRanges(spec, pieces);
}, 120_000);

test('JSON Lines of any pieces are judged alike in any ranges', async () => {
  const spec = specOf({ schema: SCHEMA, source: { format: 'jsonl' } });
  const pieces = [
    '{"a":"x"}\n',
    '{"a":"x"}\n',
    '{"a":"1","b":null}',
    '\n',
    '\r\n',
    '\r',
    ' ',
    '{',
    '"',
    '\xff',
    'a line that is too long and no JSON',
  ];
  await holdsForAnyRanges(spec, pieces);
}, 120_000);

const XML = { root_element: 'd', row_element: 'r', namespaces: {}, flatten_nested: false };
const XML_PIECES = [
  '<r>',
  '</r>',
  '<a>',
  '</a>',
  '<r><a>x</a></r>',
  '<r><a>x</a></r>\n',
  '<r><b>y</b></r>\r\n',
  '<r a="x"/>',
  '<g>',
  '</g>',
  '<b c="',
  '"/>',
  '\r',
  ' \r\n',
  'text',
  '&amp;',
  '<!-- <r> -->',
  '<![CDATA[<r>]]>',
  '\xff',
  '<!-- a long comment in a row -->',
];

test('XML of any pieces is judged alike in any ranges', async () => {
  const spec = specOf({ schema: SCHEMA, schema_drift: 'evolve', source: { format: 'xml', xml: XML } });
  await holdsForAnyRanges(spec, XML_PIECES, { head: '<?xml version="1.0"?>\n<d>', foot: '</d>' });
  const whole = XML_PIECES.filter((piece) => !['<r>', '</r>', '<a>', '</a>', '<b c="', '"/>', '</g>', '<g>', '\xff'].includes(piece));
  await holdsForAnyRanges(spec, [...whole, '<g></g>', '<r><a>x</r>'], { head: '<d>', foot: '</d>' });
}, 120_000);

test('XML rows are judged alike in ranges that begin below other elements than the first', async () => {
  const xml = { ...XML, root_element: null };
  const spec = specOf({ schema: SCHEMA, source: { format: 'xml', xml } });
  const groups = [
    '<g><r><a>x</a></r><r/></g>\n',
    '<g xmlns="urn:x"><r><a>y</a></r>\r\n',
    '</g>',
    '<h><r><b>z</b></r></h>',
    '<r/>',
    '<!--<r>-->',
  ];
  await holdsForAnyRanges(spec, groups, { head: '<d>', foot: '</g></d>' });
}, 120_000);

const TYPED: readonly ColumnOptions[] = [
  { name: 'id', nullable: false, max_length: 6 },
  { name: 'price', type: AMOUNT, min_value: 0n },
  { name: 'count', type: INT64, default: 3n },
  { name: 'at', type: { kind: 'TIMESTAMP' } },
  { name: 'day', type: { kind: 'DATE' } },
  { name: 'open', type: { kind: 'BOOL' } },
  { name: 'rate', type: { kind: 'FLOAT64' } },
];

test('rows that a scanner takes are what the reader of whole files makes of them: JSON Lines', async () => {
  const values = [
    '"x"',
    '"é"',
    '""',
    '" y "',
    '1',
    '1.5',
    '-0',
    '01',
    '"01"',
    '"1.5"',
    '1e2',
    'null',
    'true',
    '"2023-01-30"',
    '"\\u0061"',
    '[1]',
    '\xff',
  ];
  const members = TYPED.flatMap(({ name }) => values.map((value) => `"${name}":${value}`));
  const times = ['"2023-01-30T06:00:00Z"', '"2023-01-30T06:00:00.123456+01:00"'].map((value) => `"at":${value}`);
  const pieces = ['{"id":"a",', '{"id":"b"', '{ ', '{', ',', ', ', '}\n', '}\n', '}\r\n', ...times, ...members];
  await holdsForAnyRanges(specOf({ schema: TYPED, source: { format: 'jsonl' } }), pieces, { maxRecordBytes: 90 });
  const rows = members.flatMap((member) => [
    `{"id":"a",${member}}\n`,
    `{${member},"id":"b"}\n`,
    `{"id": "c", "price": 12345678901.5, ${member}}\n`,
  ]);
  const spec = specOf({ schema: TYPED, source: { format: 'jsonl', csv: { null_values: ['x', '1'] } } });
  await holdsForAnyRanges(spec, rows, { maxRecordBytes: 90 });
  await holdsForAnyRanges(specOf({ schema: TYPED, source: { format: 'jsonl', encoding: 'latin-1' } }), rows, { maxRecordBytes: 90 });
}, 120_000);

test('rows that a scanner takes are what the reader of whole files makes of them: XML', async () => {
  const values = [
    'x',
    'é',
    '',
    ' y ',
    '1',
    '1.5',
    '-0',
    '01',
    '&#49;',
    'true',
    '2023-01-30',
    '2023-01-30T06:00:00Z',
    '\xff',
    '"\'',
    '<b/>',
    'a\nb',
    'a\rb',
    ']]>',
    '\u00ef\u00bf\u00bf',
  ];
  const elements = TYPED.flatMap(({ name }) => values.map((value) => `<${name}>${value}</${name}>`));
  const empty = TYPED.flatMap(({ name }) => [`<${name}/>`, `<${name} />`, `<${name} xsi:nil="true"/>`, `<${name} a="b">1</${name}>`]);
  const pieces = ['<r><id>a</id>', '<r>', '</r>', '</r>\n', ' ', '\r\n', ...elements, ...empty];
  const around = { head: '<d xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">', foot: '</d>', maxRecordBytes: 120 };
  const spec = specOf({ schema: TYPED, source: { format: 'xml', xml: XML } });
  await holdsForAnyRanges(spec, pieces, around);
  const rows = [...elements, ...empty].flatMap((element) => [`<r><id>a</id>${element}</r>`, `<r>${element}\n<id>b</id></r>\r\n`]);
  await holdsForAnyRanges(spec, rows, around);
  await holdsForAnyRanges(
    specOf({ schema: TYPED, schema_drift: 'discard', source: { format: 'xml', xml: XML, encoding: 'windows-1252' } }),
    rows,
    around,
  );
}, 120_000);

test('the same ranges give the same bytes for any number of workers and any chunks', async () => {
  const columns = TYPED.map(({ name }) => name);
  const value = (row: number): string => String(row % 7 === 0 ? '"x"' : row % 3);
  const lines = Array.from({ length: 400 }, (_, row) => {
    const turned = row % 40 > 20 ? [...columns].reverse() : columns;
    return `{${turned.map((name) => (name === 'id' ? `"id":"k${row % 90}"` : name === 'count' ? `"count":${value(row)}` : `"${name}":null`)).join(',')}}\n`;
  });
  const input = { spec: specOf({ schema: TYPED, source: { format: 'jsonl' } }), file: 'orders', delivered: Buffer.from(lines.join('')) };
  const seen = new Set<string>();
  for (const workers of [0, 1, 2]) {
    for (const chunkBytes of [100, 5000]) {
      const limits = { maxRecordBytes: 200, rangeBytes: 2000, minWorkerBytes: 0, workers, chunkBytes };
      const judged = await judgeBytes(folder, `bytes-${workers}-${chunkBytes}`, { ...input, limits });
      const names = ['valid.parquet', 'quarantine.jsonl'];
      seen.add(names.map((name) => readFileSync(join(judged.folder, name)).toString('latin1')).join('|'));
    }
  }
  expect(seen.size).toBe(1);
});

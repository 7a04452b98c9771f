import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import type { SourceSpec } from '../../spec/source-spec.ts';
import type { EngineLimits } from '../limits.ts';
import { judgeInOneReading, judgeInRanges } from '../test-support/judge-any-way.ts';
import { oracleFile } from '../test-support/oracle/oracle-file.ts';
import type { PlainFormat } from '../test-support/plain-spec.ts';
import { specOf } from '../test-support/spec-of.ts';

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
async function holdsForAnyRanges(spec: SourceSpec, pieces: readonly string[], head = '', foot = ''): Promise<void> {
  const files = fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 150 });
  const property = fc.asyncProperty(
    files,
    fc.integer({ min: 1, max: 200 }),
    fc.integer({ min: 1, max: 90 }),
    async (parts, rangeBytes, chunkBytes) => {
      const delivered = Buffer.from(`${head}${parts.join('')}${foot}`, 'latin1');
      const input = { spec, file: 'orders', delivered, limits: { maxRecordBytes: 24 } };
      const whole = await judgeInOneReading(folder, input);
      expect(whole.report.conservation.fault).toBe(null);
      for (const workers of [0, 1]) expect(await judgeInRanges(folder, input, { rangeBytes, chunkBytes, workers })).toEqual(whole);
    },
  );
  await fc.assert(property, { numRuns: 40 });
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
  await holdsForAnyRanges(spec, XML_PIECES, '<?xml version="1.0"?>\n<d>', '</d>');
  const whole = XML_PIECES.filter((piece) => !['<r>', '</r>', '<a>', '</a>', '<b c="', '"/>', '</g>', '<g>', '\xff'].includes(piece));
  await holdsForAnyRanges(spec, [...whole, '<g></g>', '<r><a>x</r>'], '<d>', '</d>');
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
  await holdsForAnyRanges(spec, groups, '<d>', '</g></d>');
}, 120_000);

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SourceSpec } from '../../spec/source-spec.ts';
import { cut, splitBytes } from '../test-support/split-bytes.ts';
import { specOf } from '../test-support/spec-of.ts';
import { CsvTokenizer } from './tokenizer-csv.ts';

const DIALECTS = fc.record({
  quote: fc.constantFrom('"', null),
  comment: fc.constantFrom(null, null, '#', '##'),
  skip_rows: fc.constantFrom(0, 0, 2),
  has_header: fc.boolean(),
});

/** A comment that no content has: each byte is looked at by itself. */
const NO_COMMENT = '\u0001';

/** Long plain lines, records with quotes where they belong, and files with everything in them. */
const FIELDS = fc.constantFrom('a', '', '""', '"x"', '"a,b"', '"two\nlines"', '"\r\n"', '"a ""b"" c"', 'long '.repeat(5), '"""\n"""');
const RECORDS = fc.array(FIELDS, { minLength: 1, maxLength: 4 }).map((fields) => fields.join(','));
const CONTENTS = fc.oneof(
  fc.tuple(fc.array(RECORDS, { maxLength: 12 }), fc.constantFrom('\n', '\r\n', '\r', '\n\n')).map(([lines, end]) => lines.join(end)),
  fc.array(fc.constantFrom('a,b', '', 'long '.repeat(8), 'x', '#note'), { maxLength: 30 }).map((lines) => lines.join('\n')),
  fc.string({ unit: fc.constantFrom('a', ',', '\n', '\n', '\r', '"', '#', '\u0080'), maxLength: 60 }),
);

function count(tokenizer: CsvTokenizer, chunks: readonly Uint8Array[]): number | null {
  for (const chunk of chunks) tokenizer.push(chunk);
  return tokenizer.count();
}

test('a file is counted alike however it is cut, by words or byte by byte', () => {
  fc.assert(
    fc.property(CONTENTS, DIALECTS, fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 }), (content, csv, sizes) => {
      const specWith = (comment: string | null): SourceSpec =>
        specOf({ schema: [{ name: 'a' }], source: { csv: { ...csv, comment, escape: csv.quote } } });
      const spec = specWith(csv.comment);
      const bytes = Buffer.from(content, 'latin1');
      const byteByByte = count(new CsvTokenizer(specWith(csv.comment ?? NO_COMMENT)), [bytes]);
      expect(count(new CsvTokenizer(spec), [bytes])).toBe(byteByByte);
      expect(count(new CsvTokenizer(spec), cut(bytes, [1]))).toBe(byteByByte);
      expect(count(new CsvTokenizer(spec), cut(bytes, sizes))).toBe(byteByByte);
    }),
    { numRuns: 5000 },
  );
});

test('lines without a quote are counted as the reader counts them', () => {
  const lines = fc.array(fc.constantFrom('a', '', 'abc', 'long '.repeat(20), '\u00ff'), { maxLength: 60 });
  const spec = specOf({ schema: [{ name: 'a' }], source: { encoding: 'latin-1', csv: { has_header: false } } });
  fc.assert(
    fc.property(lines, fc.boolean(), fc.integer({ min: 1, max: 30 }), (given, hasEnd, size) => {
      const content = Buffer.from(given.join('\n') + (hasEnd ? '\n' : ''), 'latin1');
      const { records, tokenizerRecords } = splitBytes(spec, cut(content, [size]));
      expect(records).toBe(given.filter((line) => line !== '').length);
      expect(tokenizerRecords).toBe(records);
    }),
  );
});

test('a file longer than a step is counted to its last line', () => {
  const spec = specOf({ schema: [{ name: 'a' }], source: { csv: { has_header: false } } });
  const lines = Array.from({ length: 40_000 }, (_, index) => 'y'.repeat(index % 11));
  const blank = lines.filter((line) => line === '').length;
  expect(count(new CsvTokenizer(spec), [Buffer.from(lines.join('\n'))])).toBe(lines.length - blank);
});

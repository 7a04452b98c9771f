import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { quarantineRecord } from '../output/quarantine-record.ts';
import type { Finding } from '../report.ts';
import { FrameWriter, readFrames } from './quarantine-frames.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'frames-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const ORIGIN = { load_id: 'a"b', file: 'né\\.csv', at: '2023-01-30T06:00:00.000000Z' };
const FINDING: Finding = { code: 'RECORD_UNPARSABLE', column: null, rule: null, found: null, expected: 'é"', message: 'm' };
const TEXT = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', '~', ' ', ',', '"', '\\', '\t', '\u007f', 'é'), maxLength: 6 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
);
/** The order of its members is not that in which they are written. */
const FINDINGS = fc.record<Finding>({
  message: TEXT,
  rule: fc.option(TEXT),
  code: fc.constantFrom('RECORD_UNPARSABLE', 'RULE_FAILED'),
  found: fc.option(TEXT),
  column: fc.option(TEXT),
  expected: fc.option(TEXT),
});

interface Refused {
  readonly record: number;
  readonly line: number | null;
  readonly raw: Buffer;
  readonly findings: readonly Finding[];
}

function span({ record, line, raw }: Refused): Parameters<FrameWriter['add']>[0] {
  return { record, line, byteOffset: record * 100, byteLength: raw.length };
}

function written(
  records: readonly Refused[],
  before: { readonly records: number; readonly lines: number },
): { readonly path: string | null; readonly texts: string[] } {
  const writer = new FrameWriter(ORIGIN);
  writer.path = join(folder, 'range-7.tmp');
  for (const refused of records) writer.add(span(refused), refused.raw, refused.findings);
  const frames = writer.take();
  const texts: string[] = [];
  readFrames(frames, ORIGIN, before.records, before.lines, (head, rest) => texts.push(head + Buffer.from(rest).toString()));
  return { path: frames.path, texts };
}

/** What the whole file's own judge would have written. */
function expected(records: readonly Refused[], before: { readonly records: number; readonly lines: number }): string[] {
  return records.map((refused) => {
    const own = span(refused);
    const line = own.line === null ? null : own.line + before.lines;
    return JSON.stringify(quarantineRecord(ORIGIN, { ...own, record: own.record + before.records, line }, refused.raw, refused.findings));
  });
}

test('a refused record is what it would have been with its numbers in the file', () => {
  const records = fc.array(
    fc.record({
      record: fc.integer({ min: 1, max: 2 ** 31 }),
      line: fc.option(fc.integer({ min: -5, max: 2 ** 40 })),
      raw: fc.oneof(
        fc.uint8Array({ maxLength: 30 }).map((bytes) => Buffer.from(bytes)),
        TEXT.map((text) => Buffer.from(text)),
        fc.string({ unit: 'grapheme-ascii', maxLength: 200 }).map((text) => Buffer.from(text)),
      ),
      findings: fc.array(FINDINGS, { maxLength: 3 }),
    }),
    { maxLength: 10 },
  );
  fc.assert(
    fc.property(records, fc.integer({ min: 0, max: 2 ** 40 }), fc.integer({ min: 10, max: 2 ** 40 }), (refused, before, lines) => {
      const numbers = { records: before, lines };
      expect(written(refused, numbers)).toEqual({ path: null, texts: expected(refused, numbers) });
    }),
  );
});

test.each([
  ['small', 3000, 700],
  ['of the greatest length', 3, 1024 * 1024],
  ['longer than what is read at once', 3, 5 * 1024 * 1024],
])('what is more than is held goes to a file and comes back in order, records %s', (_, count, bytes) => {
  const records = Array.from({ length: count }, (__, index) => ({
    record: index + 1,
    line: index + 2,
    raw: Buffer.alloc(bytes, 97 + (index % 26)),
    findings: [FINDING],
  }));
  const numbers = { records: 1000, lines: 2000 };
  const { path, texts } = written(records, numbers);
  expect(path).not.toBeNull();
  expect(existsSync(path ?? '')).toBe(false);
  expect(texts).toEqual(expected(records, numbers));
});

test('a writer that has spilled begins the next range in memory', () => {
  const writer = new FrameWriter(ORIGIN);
  writer.path = join(folder, 'range-8.tmp');
  const large = { record: 1, line: 1, raw: Buffer.alloc(2 * 1024 * 1024, 65), findings: [FINDING] };
  writer.add(span(large), large.raw, large.findings);
  readFrames(writer.take(), ORIGIN, 0, 0, () => undefined);
  const small = { record: 1, line: 1, raw: Buffer.from('x'), findings: [FINDING] };
  writer.add(span(small), small.raw, small.findings);
  const texts: string[] = [];
  const frames = writer.take();
  readFrames(frames, ORIGIN, 0, 0, (head, rest) => texts.push(head + Buffer.from(rest).toString()));
  expect(frames.path).toBeNull();
  expect(texts).toEqual(expected([small], { records: 0, lines: 0 }));
});

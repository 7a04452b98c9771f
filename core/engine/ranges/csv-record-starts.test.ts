import { expect, test } from 'vitest';
import { ENGINE_LIMITS } from '../limits.ts';
import { CsvRecordStarts } from './csv-record-starts.ts';

const DIALECT = { delimiter: 44, quote: 34, escape: 34 };

function startIn(content: string, target: number, last = content.length, fieldCount = 2): number {
  return new CsvRecordStarts(DIALECT, fieldCount, ENGINE_LIMITS).find(Buffer.from(content), target, last);
}

const LINES = 'a,1\n'.repeat(20);

test('a place within a line leads to the next line, the first byte of a line to itself', () => {
  expect([4, 5, 7, 8].map((target) => startIn(LINES, target))).toEqual([4, 8, 8, 8]);
});

test('a line within a quoted field is passed over where it does not read on', () => {
  const quoted = `x,"one\ntwo\nthree"\n`;
  expect(startIn(quoted + LINES, 3)).toBe(quoted.length);
});

test('a line with another number of fields, or one that is followed by such, is none', () => {
  expect(startIn(`a,1\nb\n${LINES}`, 1)).toBe(6);
  expect(startIn(LINES, 1, LINES.length, 3)).toBe(LINES.length);
});

test('where no line feed is before the end, that is the place', () => {
  expect(startIn('a,1\rb,2\rc,3\r'.repeat(9), 5, 60)).toBe(60);
  expect(startIn(`${'x'.repeat(50)}\n${LINES}`, 1, 30)).toBe(30);
});

test('it gives up after so many lines', () => {
  const content = `${'no record\n'.repeat(300)}${LINES}`;
  expect(startIn(content, 1)).toBe(content.length);
});

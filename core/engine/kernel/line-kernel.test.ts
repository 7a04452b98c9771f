import fc from 'fast-check';
import { expect, test } from 'vitest';
import { plainLines, quotedLines, type BeforeStretch } from './line-kernel.ts';

const QUOTE = 0x22;
const DELIMITER = 0x2c;
const CONTENT = fc
  .array(fc.constantFrom('\n', '\n', 'a', 'long '.repeat(9), '\0', '\u00ff', '\r', '"'), { maxLength: 90 })
  .map((parts) => parts.join(''));

/** Lines that are ended and have a character. */
function linesOf(content: string, isLineBegun: boolean): number {
  const lines = `${isLineBegun ? 'x' : ''}${content}`.split(/[\r\n]/).slice(0, -1);
  return lines.filter((line) => line !== '').length;
}

test('lines are counted that end and are not blank, wherever the stretch ends', () => {
  fc.assert(
    fc.property(CONTENT, fc.boolean(), (content, isLineBegun) => {
      const plain = content.replaceAll('"', '');
      expect(plainLines(Buffer.from(plain, 'latin1'), QUOTE, isLineBegun)).toBe(linesOf(plain, isLineBegun));
    }),
  );
});

test('a quote anywhere gives no number where there is one in the dialect', () => {
  fc.assert(
    fc.property(CONTENT, fc.boolean(), (content, isLineBegun) => {
      const bytes = Buffer.from(content, 'latin1');
      expect(plainLines(bytes, QUOTE, isLineBegun) < 0).toBe(content.includes('"'));
      expect(plainLines(bytes, -1, isLineBegun)).toBe(linesOf(content, isLineBegun));
    }),
  );
});

/** By the rules of a quote, byte by byte; null where one of them is broken. */
function quotedLinesOf(content: string, before: BeforeStretch): { lines: number; isQuoted: boolean } | null {
  let { isQuoted, isBehindClosing } = before;
  let isAtField = before.isBehindDelimiter || !before.isLineBegun;
  let isBlank = !before.isLineBegun;
  let lines = 0;
  for (const byte of content) {
    const isEnd = byte === '\n' || byte === '\r';
    if (isQuoted) {
      isQuoted = byte !== '"';
      isBehindClosing = !isQuoted;
      isAtField = false;
      continue;
    }
    if (byte === '"') {
      if (!isAtField && !isBehindClosing) return null;
      isQuoted = true;
    } else if (isBehindClosing && !isEnd && byte !== ',') return null;
    if (isEnd && !isBlank) lines += 1;
    isBlank = isEnd;
    isAtField = isEnd || byte === ',';
    isBehindClosing = false;
  }
  return { lines, isQuoted };
}

test('line ends between quotes are not counted, and a quote where none may be gives no number', () => {
  const good = fc.constantFrom('"a"', '""', '"\n"', '"x""y"', '"long text, with marks\r\n"', ',', ',', '\n', '\n', '\r\n', 'plain');
  const other = fc.constantFrom('"', 'a', '\0', '\u00ff');
  const parts = fc.oneof({ weight: 6, arbitrary: good }, { weight: 1, arbitrary: other });
  const contents = fc.array(parts, { maxLength: 40 }).map((each) => each.join(''));
  // Between quotes nothing is closed; behind a quote or a delimiter a line is begun.
  const states = fc.constantFrom<BeforeStretch>(
    { isQuoted: false, isBehindClosing: false, isBehindDelimiter: false, isLineBegun: false },
    { isQuoted: false, isBehindClosing: false, isBehindDelimiter: false, isLineBegun: true },
    { isQuoted: false, isBehindClosing: false, isBehindDelimiter: true, isLineBegun: true },
    { isQuoted: false, isBehindClosing: true, isBehindDelimiter: false, isLineBegun: true },
    { isQuoted: true, isBehindClosing: false, isBehindDelimiter: false, isLineBegun: true },
    { isQuoted: true, isBehindClosing: false, isBehindDelimiter: true, isLineBegun: true },
  );
  fc.assert(
    fc.property(contents, states, (content, before) => {
      expect(quotedLines(Buffer.from(content, 'latin1'), QUOTE, DELIMITER, before)).toEqual(quotedLinesOf(content, before));
    }),
    { numRuns: 5000 },
  );
});

test('what was counted before does not show', () => {
  plainLines(Buffer.alloc(60_000, '"'), QUOTE, false);
  expect(plainLines(Buffer.from('ab\n\ncd\n'), QUOTE, false)).toBe(2);
});

test('a stretch of 64 KiB is counted whole, a longer one is refused', () => {
  expect(plainLines(Buffer.alloc(65_536, 'a\n'), QUOTE, false)).toBe(32_768);
  expect(() => plainLines(Buffer.alloc(65_537), QUOTE, false)).toThrow(/at most/);
});

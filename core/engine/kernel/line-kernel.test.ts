import fc from 'fast-check';
import { expect, test } from 'vitest';
import { plainLines } from './line-kernel.ts';

const QUOTE = 0x22;
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

test('what was counted before does not show', () => {
  plainLines(Buffer.alloc(60_000, '"'), QUOTE, false);
  expect(plainLines(Buffer.from('ab\n\ncd\n'), QUOTE, false)).toBe(2);
});

test('a stretch of 64 KiB is counted whole, a longer one is refused', () => {
  expect(plainLines(Buffer.alloc(65_536, 'a\n'), QUOTE, false)).toBe(32_768);
  expect(() => plainLines(Buffer.alloc(65_537), QUOTE, false)).toThrow(/at most/);
});

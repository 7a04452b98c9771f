import { expect, test } from 'vitest';
import { renderTable } from './table.ts';

test('columns are as wide as their widest cell, numbers stand right', () => {
  const text = renderTable(
    ['source', 'rows'],
    [
      ['murex_trades', 43],
      ['traders', 8],
    ],
  );
  expect(text).toBe(['source        rows', '------------  ----', 'murex_trades    43', 'traders          8'].join('\n'));
});

test('a long cell is cut, a control character never reaches the terminal, nothing stands for null', () => {
  const text = renderTable(
    [{ title: 'raw', maxWidth: 6 }, 'code'],
    [
      ['\u001b[31mred', 'A'],
      ['é'.repeat(9), null],
    ],
  );
  expect(text.split('\n').slice(2)).toEqual(['·[31m…  A', `${'é'.repeat(5)}…`]);
});

import { describe, expect, it } from 'vitest';
import { ByteTable } from './byte-table.ts';
import { viewOf } from './partition-candles.ts';
import { randomNumbers } from './test-support/random-trades.ts';

/** Texts of every length, numbered ones, ones that end alike, ones that differ in one byte. */
function texts(): readonly string[] {
  const random = randomNumbers(5);
  const made = Array.from({ length: 20_000 }, (_, index) => {
    const number = String(index);
    const long = 'x'.repeat(Math.floor(random() * 40));
    return (
      [number, `T-${number.padStart(12, '0')}`, `${number}-END`, `${long}${number}`, `${number}${long}`, 'ü'.repeat(index % 9) + number][
        index % 6
      ] ?? ''
    );
  });
  return [...new Set(made)];
}

describe('texts by their bytes', () => {
  it('are told apart and found again, while the table grows and when it is written elsewhere', () => {
    const table = new ByteTable();
    const all = texts();
    const views = all.map((text) => viewOf(Buffer.from(text)));
    views.forEach((view, index) => expect(table.place(view, 0, view.byteLength)).toBe(-1 - index));
    views.forEach((view, index) => expect(table.place(view, 0, view.byteLength)).toBe(index));
    views.forEach((view, index) => expect(table.find(view, 0, view.byteLength)).toBe(index));
    all.forEach((text, index) => expect(table.textOf(index)).toBe(text));
    expect(table.find(viewOf(Buffer.from('not there')), 0, 9)).toBe(-1);
  });

  it('are forgotten together', () => {
    const table = new ByteTable();
    const view = viewOf(Buffer.from('a text of more than sixteen bytes'));
    table.place(view, 0, view.byteLength);
    table.clear();
    expect(table.find(view, 0, view.byteLength)).toBe(-1);
    expect(table.place(view, 0, view.byteLength)).toBe(-1);
  });
});

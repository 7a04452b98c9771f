import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readRowGroup } from '../test-support/comparison/read-row-group.ts';
import { plainText, TYPES, valuesOf } from '../test-support/parquet-values.ts';
import { PAGE_ROWS } from './column-buffer.ts';
import { ListBuffer } from './list-buffer.ts';
import { PageWriter } from './page-writer.ts';

function readBack(buffer: ListBuffer, rows: number, type: (typeof TYPES)[number]): unknown {
  const pages = new PageWriter();
  const chunk = buffer.finish(rows, pages);
  return readRowGroup({ rows, pages: pages.take(), chunks: [chunk] }, [{ name: 'list', type, repeated: true }], new Map())[0];
}

test('lists of every type come back: NULL, empty, with NULLs in them; one row group after the other', () => {
  const groups = fc.constantFrom(...TYPES).chain((type) => {
    const list = fc.array(fc.option(valuesOf(type), { freq: 4 }), { maxLength: 4 });
    return fc.tuple(
      fc.constant(type),
      fc.array(fc.array(fc.option(list, { freq: 4 }), { minLength: 1, maxLength: 20 }), { minLength: 1, maxLength: 3 }),
    );
  });
  fc.assert(
    fc.property(groups, ([type, rowGroups]) => {
      const buffer = new ListBuffer(type);
      for (const lists of rowGroups) {
        lists.forEach((list) => {
          buffer.append(list);
        });
        const expected = lists.map((list) => (list === null ? null : list.map((value) => plainText(type, value))));
        expect(readBack(buffer, lists.length, type)).toEqual(expected);
      }
    }),
    { numRuns: 60 },
  );
});

test('a page ends between two lists, never within one', () => {
  const buffer = new ListBuffer({ kind: 'BOOL' });
  const lists = Array.from({ length: 9 }, (_, row) => Array.from({ length: PAGE_ROWS / 4 + 3 }, (_, index) => (index + row) % 3 === 0));
  for (const list of lists) buffer.append(list);
  expect(readBack(buffer, lists.length, { kind: 'BOOL' })).toEqual(lists.map((list) => list.map(String)));
});

test('what is no list, or a list of another type, is a bug of ours and not written', () => {
  const buffer = new ListBuffer({ kind: 'INT64' });
  expect(() => buffer.append(5n)).toThrow(/not of its column/);
  expect(() => buffer.append(['5'])).toThrow(/not of its column/);
});

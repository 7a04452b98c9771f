import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeHybrid } from '../parquet/hybrid-encoding.ts';
import { NullRows } from './null-rows.ts';

test('rows that are NULL are counted and become levels, whatever part of the rows is asked for', () => {
  const rows = fc.oneof(
    fc.array(fc.boolean(), { maxLength: 60 }),
    fc.array(fc.constantFrom(true, false, false, false), { minLength: 900, maxLength: 3000 }),
  );
  fc.assert(
    fc.property(rows, fc.nat(), fc.nat(), (areNull, a, b) => {
      const nulls = new NullRows();
      areNull.forEach((isNull, row) => {
        if (isNull) nulls.add(row);
      });
      const [from, to] = [a % (areNull.length + 1), b % (areNull.length + 1)].toSorted((left, right) => left - right) as [number, number];
      expect(nulls.before(from)).toBe(areNull.slice(0, from).filter(Boolean).length);
      const encoded = Buffer.from(nulls.levels(from, to));
      expect(encoded.readUInt32LE(0)).toBe(encoded.length - 4);
      const levels = new Uint8Array(to - from);
      if (to > from) decodeHybrid(encoded.subarray(4), 1, levels, to - from);
      expect([...levels]).toEqual(areNull.slice(from, to).map((isNull) => (isNull ? 0 : 1)));
      nulls.clear();
      expect(nulls.before(areNull.length)).toBe(0);
    }),
  );
});

test('a row that is taken out moves those behind it up', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 60 }), fc.nat(), (areNull, a) => {
      const nulls = new NullRows();
      areNull.forEach((isNull, row) => {
        if (isNull) nulls.add(row);
      });
      const row = a % areNull.length;
      expect(nulls.remove(row)).toBe(areNull[row]);
      const left = areNull.toSpliced(row, 1);
      expect([...nulls.rows.subarray(0, nulls.count)]).toEqual(left.flatMap((isNull, place) => (isNull ? [place] : [])));
    }),
  );
});

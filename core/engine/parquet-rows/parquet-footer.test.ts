import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FooterFault } from './compact-reader.ts';
import { readParquetFooter, type ParquetFooter } from './parquet-footer.ts';

let folder: string;
let good: Buffer;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'parquet-footer-'));
  const path = join(folder, 'good.parquet');
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run(
    `COPY (SELECT range AS id, {'a': range, 'b': [range]} AS nested, TIMESTAMP_NS '2023-01-30 06:00:00.123456789' AS at,
     1.5::DECIMAL(38,2) AS price, TIME '06:00' AS clock FROM range(5000)) TO '${path}' (FORMAT parquet, ROW_GROUP_SIZE 2048)`,
  );
  connection.closeSync();
  good = readFileSync(path);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function footerOf(bytes: Buffer): ParquetFooter {
  const path = join(folder, 'tried.parquet');
  writeFileSync(path, bytes);
  return readParquetFooter(path);
}

test('the rows of several row groups are stated, and exact types are none that is refused', () => {
  expect(footerOf(good)).toEqual({ rows: 5000, inexact: null, utcNanos: [] });
});

test.each([0, 4, 11, 12, 1000])('the first %i bytes of a file are no whole file', (length) => {
  expect(() => footerOf(good.subarray(0, length))).toThrow(FooterFault);
});

test('a footer that is longer than its file is refused', () => {
  const lie = Buffer.from(good);
  lie.writeUInt32LE(good.length, good.length - 8);
  expect(() => footerOf(lie)).toThrow('its footer of');
});

test('whatever is damaged in a footer is refused or read, and never more than that', () => {
  const start = good.length - 8 - good.readUInt32LE(good.length - 8);
  const change = fc.tuple(fc.integer({ min: start, max: good.length - 9 }), fc.nat(255));
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
      const bytes = Buffer.from(good);
      for (const [at, byte] of changes) bytes[at] = byte;
      try {
        expect(footerOf(bytes).rows).toBeGreaterThanOrEqual(0);
      } catch (error) {
        expect(error).toBeInstanceOf(FooterFault);
      }
    }),
    { numRuns: 500 },
  );
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ColumnType } from '../../types/column-type.ts';
import { readValue } from '../../types/read-value.ts';
import { parseStrptimeFormat } from '../../types/strptime.ts';
import { damaged, DATES, MOMENTS, OFFSETS } from '../test-support/random-times.ts';
import { NOT_READ, TimeScan } from './time-scan.ts';

const BEFORE = 3;

type Method = 'date' | 'compactDate' | 'datetime' | 'timestamp';

/** What a method reads of the whole text; undefined where it leaves the text, or a part of it, to the general reader. */
function scanned(scan: TimeScan, method: Method, text: string): number | undefined {
  const bytes = Buffer.from(`${'9'.repeat(BEFORE)}${text}\n${' '.repeat(40)}`, 'latin1');
  const end = scan[method](new DataView(bytes.buffer, bytes.byteOffset, bytes.length), BEFORE);
  return end === BEFORE + text.length ? scan.value[0] : undefined;
}

/** Gives 1 where it was read, so that a test can tell whether enough was. */
function agrees(type: ColumnType, text: string, found: number | undefined, options: Parameters<typeof readValue>[2] = {}): number {
  if (found === undefined) return 0;
  const reading = readValue(type, text, options);
  expect(reading).toMatchObject({ ok: true, value: type.kind === 'DATE' ? found : BigInt(found) });
  return 1;
}

const RUNS = { numRuns: 4000 };

test('a date is what the general reader reads of it, or nothing', () => {
  let read = 0;
  const scan = new TimeScan(true);
  const parts = parseStrptimeFormat('%Y%m%d');
  if ('unknown' in parts) throw new Error('the format is known');
  const compact = { format: { kind: 'strptime', text: '%Y%m%d', parts } } as const;
  fc.assert(
    fc.property(damaged(DATES.map((date) => date.join('-'))), damaged(DATES.map((date) => date.join(''))), (text, digits) => {
      read += agrees({ kind: 'DATE' }, text, scanned(scan, 'date', text));
      read += agrees({ kind: 'DATE' }, digits, scanned(scan, 'compactDate', digits), compact);
    }),
    RUNS,
  );
  expect(read).toBeGreaterThan(100);
});

test('a time of a day is what the general reader reads of it, or nothing', () => {
  let read = 0;
  const scan = new TimeScan(true);
  fc.assert(
    fc.property(damaged(MOMENTS), (text) => {
      read += agrees({ kind: 'DATETIME' }, text, scanned(scan, 'datetime', text));
    }),
    RUNS,
  );
  expect(read).toBeGreaterThan(100);
});

test.each(['UTC', 'Europe/Paris'])('a moment of a column in %s is what the general reader reads of it, or nothing', (timezone) => {
  let read = 0;
  const scan = new TimeScan(timezone === 'UTC');
  fc.assert(
    fc.property(damaged(fc.tuple(MOMENTS, OFFSETS).map((parts) => parts.join(''))), (text) => {
      read += agrees({ kind: 'TIMESTAMP' }, text, scanned(scan, 'timestamp', text), { timezone });
    }),
    RUNS,
  );
  expect(read).toBeGreaterThan(100);
});

test('every day from 1970 to 2199 is read, and none beyond', () => {
  const scan = new TimeScan(true);
  for (let day = -3; day < 84_009; day += 1) {
    const text = new Date(day * 86_400_000).toISOString().slice(0, 10);
    expect(scanned(scan, 'date', text)).toBe(day >= 0 && text < '2200' ? day : undefined);
  }
});

test('the plain forms are read', () => {
  const scan = new TimeScan(false);
  expect(scanned(scan, 'timestamp', '2023-01-30T06:00:00.000001+01:00')).toBe(Date.UTC(2023, 0, 30, 5) * 1000 + 1);
  expect(scanned(scan, 'timestamp', '1970-01-01 00:00:00.5Z')).toBe(500_000);
  expect(scanned(scan, 'timestamp', '2023-01-30T06:00:00')).toBeUndefined();
  expect(scan.date(new DataView(Uint8Array.from(Buffer.from('2023-02-30\n')).buffer), 0)).toBe(NOT_READ);
});

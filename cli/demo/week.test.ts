import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { FINDINGS } from '../../core/engine/findings/catalogue.ts';
import { demoManifest } from './manifest.ts';
import { demoWeek } from './week.ts';

const week = demoWeek();
const deliveries = week.cycles.flatMap((cycle) => cycle.deliveries);

test('the same seed gives the same bytes, another seed other trades', () => {
  const digest = (seed?: number): string =>
    createHash('sha256')
      .update(JSON.stringify(demoManifest(demoWeek(seed))))
      .digest('hex');
  expect(digest()).toBe(digest());
  expect(digest(7)).not.toBe(digest());
});

test('the cycles go forward in time, through one business week', () => {
  const moments = week.cycles.map((cycle) => cycle.now);
  expect(moments).toEqual([...moments].sort());
  expect(moments[0]).toMatch(/^2023-01-30T/);
  expect(moments.at(-1)).toMatch(/^2023-02-03T/);
  expect(moments).toHaveLength(14);
});

test('each bad record of the manifest is found at its offset, on its line', () => {
  let checked = 0;
  for (const { bytes, object, truth } of deliveries) {
    if (truth.kind !== 'data') continue;
    const content = object.endsWith('.gz') ? gunzipSync(bytes) : Buffer.from(bytes);
    for (const bad of truth.bad) {
      const raw = content.subarray(bad.byte_offset, bad.byte_offset + bad.byte_length);
      expect(raw.toString('base64')).toBe(bad.raw_base64);
      expect(content.subarray(0, bad.byte_offset).filter((byte) => byte === 0x0a).length + 1).toBe(bad.line);
      checked += 1;
    }
  }
  expect(checked).toBeGreaterThan(35);
});

test('every code that is expected is one of the catalogue', () => {
  const codes = deliveries.flatMap(({ truth }) =>
    truth.kind === 'data' ? [...truth.file_codes, ...truth.bad.flatMap((bad) => bad.findings.map((each) => each.code))] : [],
  );
  expect(codes.filter((code) => !(code in FINDINGS))).toEqual([]);
  expect(new Set(codes).size).toBeGreaterThanOrEqual(15);
});

test('a trade is corrected under its own identity', () => {
  const versions = week.trades.murex.wednesday.filter((trade) => trade.version === 2);
  expect(versions.map((trade) => trade.status)).toEqual(['AMENDED', 'CANCELLED']);
  const mondays = new Set(week.trades.murex.monday.map((trade) => trade.number));
  expect(versions.every((trade) => mondays.has(trade.number))).toBe(true);
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SourceSpec } from '../../core/spec/source-spec.ts';
import { column, specOf } from '../../core/engine/test-support/spec-of.ts';
import type { QualityFinding } from '../../core/quality/quality-finding.ts';
import { printDecimal } from '../../core/types/decimal.ts';
import { FingerprintMemory } from './fingerprint-memory.ts';
import { PartitionQuality } from './partition-quality.ts';
import { qualityColumns } from './quality-columns.ts';
import { UnitChecks } from './unit-checks.ts';
import { ValueWindow } from './value-window.ts';

const PRICE = { kind: 'DECIMAL', precision: 18, scale: 2 } as const;
const SCHEMA = [
  column({ name: 'instrument' }),
  column({ name: 'price', type: PRICE }),
  column({ name: 'ask', type: PRICE }),
  column({ name: 'at', type: { kind: 'TIMESTAMP' } }),
];
const DAY_MS = 86_400_000;

function quoteSpec(quality: Partial<SourceSpec['quality']>): SourceSpec {
  const spec = specOf({
    schema: SCHEMA,
    canonical: {
      entity: 'quotes',
      map: [
        { column: 'instrument_id', expression: { kind: 'column', type: { kind: 'STRING' }, name: 'instrument' }, origin: 'spec' },
        { column: 'quote_time', expression: { kind: 'column', type: { kind: 'TIMESTAMP' }, name: 'at' }, origin: 'spec' },
      ],
    },
  });
  return { ...spec, quality: { ...spec.quality, ...quality } };
}

interface Given {
  readonly instrument?: string | null;
  readonly price?: bigint | null;
  readonly ask?: bigint | null;
  /** Milliseconds of event time. */
  readonly at: number | null;
  readonly arrived?: number;
}

/** One line a finding: offset, check, measure in units or milliseconds, severity. */
function found(quality: Partial<SourceSpec['quality']>, messages: readonly Given[]): readonly string[] {
  const checks = new PartitionQuality(qualityColumns(quoteSpec(quality)));
  const findings: QualityFinding[] = [];
  messages.forEach(({ instrument = 'A', price = null, ask = null, at, arrived = at ?? 0 }, index) => {
    const values = [instrument, price, ask, at === null ? null : BigInt(at) * 1000n];
    checks.observe({ values, offset: BigInt(index), arrivedMs: arrived }, (finding) => findings.push(finding));
  });
  return findings.map(({ offset, check, measure, threshold, severity }) =>
    [offset, check, told(measure), told(threshold), severity].join(' '),
  );
}

function told(value: bigint | null): string {
  return value === null ? '-' : printDecimal(value, 18);
}

test('a silence is told by the largest threshold that it reaches; late messages and other instruments end none', () => {
  const gaps = { gaps_ms: [500, 5000, 30_000] };
  const times: readonly Given[] = [
    { at: 0 },
    { at: 499 },
    { at: 999 },
    { at: 999, instrument: 'B' },
    { at: 500 },
    { at: 6000 },
    { at: 36_000 },
  ];
  expect(found(gaps, times)).toEqual(['2 gap 500 500 LOW', '5 gap 5001 5000 MEDIUM', '6 gap 30000 30000 HIGH']);
  expect(found(gaps, [{ at: 0 }, { at: null }, { at: 9000, instrument: null }, { at: 400 }])).toEqual([]);
});

test('what comes from the future is told, and does not hide the silences behind it', () => {
  const quality = { gaps_ms: [500], future_ms: 5000 };
  const messages = [{ at: 0 }, { at: 10_000, arrived: 4999 }, { at: 5100, arrived: 100 }, { at: 5000, arrived: 0 }];
  expect(found(quality, messages)).toEqual(['1 future 5001 5000 MEDIUM', '2 gap 5100 500 LOW']);
});

test('duplicates have the same fingerprint within the time, in either order; what is too late is not compared', () => {
  const duplicates = { columns: ['instrument', 'price'], within_ms: 1000 };
  const messages = [
    { at: 5000, price: 1n },
    { at: 6000, price: 1n },
    { at: 5500, price: 1n },
    { at: 7001, price: 2n },
    { at: 5900, price: 2n },
    { at: 8100, price: 2n },
    { at: 8100, price: null },
    { at: 8100, price: null },
  ];
  expect(found({ duplicates }, messages)).toEqual(['1 duplicate 1000 1000 LOW', '2 duplicate 500 1000 LOW', '7 duplicate 0 1000 LOW']);
});

test('crossed and non-positive prices', () => {
  const quality = { crossed: { bid: 'price', ask: 'ask' }, positive: ['price', 'ask'] };
  const messages = [
    { at: 0, price: 100n, ask: 101n },
    { at: 0, price: 101n, ask: 101n },
    { at: 0, price: 105n, ask: -5n },
    { at: null, price: 0n, ask: null },
  ];
  expect(found(quality, messages)).toEqual(['1 crossed 0 0 HIGH', '2 positive - 0 HIGH', '2 crossed 1.1 0 HIGH', '3 positive - 0 HIGH']);
});

test('an outlier needs a full window of the values before it, and is told by the number of deviations', () => {
  const outliers = { column: 'price', window: 4, sigma: '6', is_robust: true };
  const messages = [100n, 102n, 99n, 101n, 1000n, 103n, null, 99n].map((price) => ({ at: 0, price }));
  // Median 100.5, median absolute deviation 1: (1000 - 100.5) / 1.4826.
  expect(found({ outliers }, messages)).toEqual(['4 outlier 606.704438 6 MEDIUM']);
  expect(found({ outliers: { ...outliers, sigma: '606.71' } }, messages)).toEqual([]);
  expect(
    found(
      { outliers },
      [5n, 5n, 5n, 5n, 900n].map((price) => ({ at: 0, price })),
    ),
  ).toEqual([]);
});

test('without robustness mean and standard deviation decide, told by their squares', () => {
  const outliers = { column: 'price', window: 4, sigma: '2.5', is_robust: false };
  const messages = [100n, 102n, 98n, 100n, 105n].map((price) => ({ at: 0, price }));
  // Mean 100, variance 2: 25 / 2 against 6.25.
  expect(found({ outliers }, messages)).toEqual(['4 outlier 12.5 6.25 MEDIUM']);
  expect(() => found({ outliers: { ...outliers, sigma: '2.51' } }, [])).toThrow('cannot be decided exactly');
});

test('a day begins anew', () => {
  const quality = { gaps_ms: [500] };
  const messages = [{ at: DAY_MS - 1000 }, { at: DAY_MS + 1000 }, { at: DAY_MS - 1 }, { at: DAY_MS + 1600 }];
  expect(found(quality, messages)).toEqual(['2 gap 999 500 LOW', '3 gap 600 500 LOW']);
  expect(found(quality, [{ at: DAY_MS }, { at: 2 * DAY_MS }, { at: 0 }, { at: 3 * DAY_MS }, { at: DAY_MS + 900 }])).toEqual([]);
});

test('the window has the median and the median absolute deviation of its last values', () => {
  fc.assert(
    fc.property(
      fc.array(fc.bigInt({ min: -1000n, max: 1000n }), { minLength: 1, maxLength: 60 }),
      fc.integer({ min: 1, max: 12 }),
      (values, size) => {
        const window = new ValueWindow(size);
        for (const value of values) window.add(value);
        const last = values.slice(-size);
        expect(window.values()).toEqual(last);
        const median = middleTwo(last);
        expect(window.twiceMedian()).toBe(median);
        expect(window.fourDeviations(median)).toBe(
          middleTwo(last.map((value) => (2n * value > median ? 2n * value - median : median - 2n * value))),
        );
      },
    ),
  );
});

function middleTwo(values: readonly bigint[]): bigint {
  const sorted = values.toSorted((left, right) => (left < right ? -1 : Number(left > right)));
  return sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!;
}

test('a state that was written and read again goes on as if nothing had happened', () => {
  const quality = {
    ...{ gaps_ms: [500], outliers: { column: 'price', window: 3, sigma: '1', is_robust: true } },
    duplicates: { columns: ['price'], within_ms: 2000 },
  };
  const columns = qualityColumns(quoteSpec(quality));
  const message = fc.record({
    at: fc.integer({ min: 0, max: 9000 }),
    price: fc.bigInt({ min: 1n, max: 9n }),
    instrument: fc.constantFrom('A', 'B'),
  });
  fc.assert(
    fc.property(fc.array(message, { maxLength: 40 }), fc.integer({ min: 0, max: 40 }), (messages, cut) => {
      const [whole, restored]: [QualityFinding[], QualityFinding[]] = [[], []];
      const one = new UnitChecks(columns);
      let two = new UnitChecks(columns);
      messages.forEach(({ at, price, instrument }, index) => {
        const given = { values: [instrument, price, null, BigInt(at) * 1000n], offset: BigInt(index), arrivedMs: at };
        if (index === cut) {
          const state: unknown = JSON.parse(JSON.stringify(two.state()));
          two = new UnitChecks(columns);
          two.restore(state as Parameters<UnitChecks['restore']>[0]);
        }
        one.observe(given, (finding) => whole.push(finding));
        two.observe(given, (finding) => restored.push(finding));
      });
      expect(restored).toEqual(whole);
    }),
  );
});

test('fingerprints are kept as long as a message can meet them, and never grow beyond their limit', () => {
  const memory = new FingerprintMemory(1000n, 1000);
  for (let index = 0; index < 10_000; index += 1) {
    const micros = BigInt(index * 10);
    memory.exchange(String(index), micros, micros);
    // Within twice the time.
    if (index >= 200) expect(memory.exchange(String(index - 200), micros - 2000n, micros)).toBeDefined();
    expect(memory.size).toBeLessThan(1000);
  }
  expect(memory.forgotten).toBe(0);
  for (let index = 0; index < 5000; index += 1) memory.exchange(`same ${String(index)}`, 200_000n, 200_000n);
  expect(memory.size).toBeLessThanOrEqual(1000);
  expect(memory.forgotten).toBeGreaterThan(0);
});

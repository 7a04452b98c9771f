/** Texts that are dates and times, and texts that nearly are. */
import fc from 'fast-check';

const two = (number: number): string => String(number).padStart(2, '0');
/** Year, month and day; some are none. */
export const DATES = fc
  .tuple(
    fc.oneof(fc.integer({ min: 1968, max: 2202 }), fc.constantFrom(1970, 2000, 2100, 2199, 2200, 1, 9999)),
    fc.integer({ min: 0, max: 13 }),
    fc.oneof(fc.integer({ min: 0, max: 32 }), fc.constantFrom(28, 29, 30, 31)),
  )
  .map(([year, month, day]) => [String(year).padStart(4, '0'), two(month), two(day)]);
const CLOCKS = fc
  .tuple(fc.integer({ min: 0, max: 24 }), fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 61 }))
  .map((parts) => parts.map(two).join(':'));
const FRACTIONS = fc.oneof(
  fc.constant(''),
  fc.string({ unit: fc.constantFrom('0', '1', '5', '9'), maxLength: 10 }).map((digits) => `.${digits}`),
);
export const OFFSETS = fc.oneof(
  fc.constantFrom('', 'Z', 'z', '+00:00', '-00:00', '+17:59', '-18:00', '+1:00', '+0100', '+01', '+01:60', '+23:00'),
  fc
    .tuple(fc.constantFrom('+', '-'), fc.integer({ min: 0, max: 19 }), fc.integer({ min: 0, max: 61 }))
    .map(([sign, hours, minutes]) => `${sign}${two(hours)}:${two(minutes)}`),
);
const BETWEEN = fc.constantFrom('T', 'T', ' ', 't', '_', '');
/** Without an offset. */
export const MOMENTS = fc
  .tuple(DATES, BETWEEN, CLOCKS, FRACTIONS)
  .map(([date, between, clock, fraction]) => `${date.join('-')}${between}${clock}${fraction}`);

/** A text as it is, or with one character changed. */
export function damaged(texts: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const change = fc.tuple(fc.nat(), fc.constantFrom('0', '1', '5', '9', '-', ':', '.', 'T', 'Z', '+', ' ', '/', ';', 'x', '\0', 'é'));
  return fc.oneof(
    { arbitrary: texts, weight: 4 },
    {
      arbitrary: fc
        .tuple(texts, change)
        .map(([text, [at, letter]]) => `${text.slice(0, at % (text.length + 1))}${letter}${text.slice((at % (text.length + 1)) + 1)}`),
      weight: 1,
    },
  );
}

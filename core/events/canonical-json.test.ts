import { expect, test } from 'vitest';
import { canonicalJson } from './canonical-json.ts';

test('the example of RFC 8785, section 3.2.2, gives its canonical form', () => {
  const value: unknown = JSON.parse(
    '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],' +
      '"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}',
  );
  expect(canonicalJson(value)).toBe(
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' + '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
  );
});

test('the sorting example of RFC 8785, section 3.2.3, is by UTF-16 code units', () => {
  const value = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\u{1f600}': 5, '\u0080': 6, '\u00f6': 7 };
  const canonical = canonicalJson(value);
  expect([...canonical.matchAll(/:(\d)/g)].map((match) => match[1])).toEqual(['2', '4', '6', '7', '1', '5', '3']);
});

test('minus zero is zero and the order of insertion does not matter', () => {
  expect(canonicalJson({ b: -0, a: [{ d: 1, c: 2 }] })).toBe('{"a":[{"c":2,"d":1}],"b":0}');
});

test.each([[NaN], [Infinity], ['\ud800'], [() => 1], [10n], [{ a: [undefined] }]])('what JSON cannot say is refused: %s', (value) => {
  expect(() => canonicalJson(value)).toThrow();
});

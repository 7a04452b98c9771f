import { expect, test } from 'vitest';
import { patternSampler } from './pattern-text.ts';
import { seededRandom } from './random.ts';

test.each([
  'MX-[0-9]{6}',
  '[A-Z]{2}',
  'T[0-9]{4}',
  '^(?:NEW|AMENDED|CANCEL(LED)?)$',
  '\\d{3,5}\\.\\w+',
  'a?b*c+[xyz-]{2,}',
  '[\\d_]+ [A-Fa-f]{3}',
])('texts for %s match it', (pattern) => {
  const sampler = patternSampler(pattern);
  const random = seededRandom(5);
  const texts = Array.from({ length: 200 }, () => sampler?.(random) ?? '');
  for (const text of texts) expect(text).toMatch(new RegExp(`^(?:${pattern})$`, 'u'));
});

test.each(['(?=x)y', '(a)\\1', '[^a]', '\\p{L}', 'a{', '(a'])('%s is not known and gives nothing', (pattern) => {
  expect(patternSampler(pattern)).toBeUndefined();
});

import { expect, test } from 'vitest';
import { MASKED, maskRow } from './mask.ts';

test('classified values are masked, NULL stays NULL, other columns stay as they are', () => {
  const columns = [
    { name: 'full_name', classification: 'pii' },
    { name: 'comment', classification: 'confidential' },
    { name: 'desk', classification: null },
  ] as const;
  expect(maskRow({ full_name: 'Katharina Vogel', comment: null, desk: 'FX', rows: 3 }, columns)).toEqual({
    full_name: MASKED,
    comment: null,
    desk: 'FX',
    rows: 3,
  });
});

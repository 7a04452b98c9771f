import { expect, it } from 'vitest';
import { giveBack } from './give-back.ts';

it('a large buffer has no byte any more once it is given back', () => {
  const bytes = new Uint8Array(1024 * 1024);
  giveBack(bytes);
  expect(bytes.length).toBe(0);
  expect(bytes.buffer.byteLength).toBe(0);
});

it('a short buffer that shares its memory with others is left as it is', () => {
  const bytes = Buffer.from('a few bytes');
  giveBack(bytes);
  expect(bytes.toString()).toBe('a few bytes');
});

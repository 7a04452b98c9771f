import { expect, test } from 'vitest';
import { crc32c, crc32cHex } from './crc32c.ts';

test('the check value of CRC-32C is e3069283', () => {
  expect(crc32cHex(crc32c(Buffer.from('123456789')))).toBe('e3069283');
});

test('the vectors of RFC 3720 hold', () => {
  expect(crc32cHex(crc32c(Buffer.alloc(32)))).toBe('8a9136aa');
  expect(crc32cHex(crc32c(Buffer.alloc(32, 0xff)))).toBe('62a8ab43');
  expect(crc32cHex(crc32c(Buffer.from(Array.from({ length: 32 }, (_, i) => i))))).toBe('46dd794e');
});

test('chunks of any length give the checksum of the whole', () => {
  const whole = Buffer.from(Array.from({ length: 1000 }, (_, i) => (i * 31) & 255));
  for (const cut of [0, 1, 7, 8, 9, 500, 999, 1000]) {
    expect(crc32c(whole.subarray(cut), crc32c(whole.subarray(0, cut)))).toBe(crc32c(whole));
  }
});

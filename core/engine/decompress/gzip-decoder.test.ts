import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cut } from '../test-support/split-bytes.ts';
import { GzipDecoder } from './gzip-decoder.ts';
import { decodeAll } from './test-support/decode-all.ts';

const decoded = async (chunks: readonly Buffer[]): Promise<Buffer> => await decodeAll(new GzipDecoder(), chunks);

test('members of any size, level and kind are read back however the stream is cut', async () => {
  const block = fc.oneof(
    fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    fc.tuple(fc.nat(255), fc.nat(700_000)).map(([byte, length]) => Buffer.alloc(length, byte)),
    fc.nat(9000).map((rows) => Buffer.from(Array.from({ length: rows }, (_, row) => `${row};BUY;${row * 7}\n`).join(''))),
  );
  const member = fc.record({ blocks: fc.array(block, { maxLength: 3 }), level: fc.integer({ min: 0, max: 9 }) });
  const lengths = fc.array(fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 300_000 })), { minLength: 1, maxLength: 3 });
  const property = fc.asyncProperty(fc.array(member, { minLength: 1, maxLength: 4 }), lengths, async (members, cuts) => {
    const contents = members.map(({ blocks }) => Buffer.concat(blocks));
    const stream = members.map(({ level }, index) => gzipSync(contents[index] ?? Buffer.alloc(0), { level }));
    expect((await decoded(cut(Buffer.concat(stream), cuts))).equals(Buffer.concat(contents))).toBe(true);
  });
  await fc.assert(property, { numRuns: 60 });
});

test('a cut stream is never taken for a whole one, wherever it is cut', async () => {
  const stream = gzipSync('id,side\n1,BUY\n');
  for (let length = 1; length < stream.length; length += 1) {
    await expect(decoded([stream.subarray(0, length)])).rejects.toThrow('The gzip stream is truncated.');
  }
});

test('a wrong CRC, a wrong length and bytes behind the last member are refused', async () => {
  const stream = gzipSync('id,side\n1,BUY\n');
  for (const place of [stream.length - 8, stream.length - 4]) {
    const damaged = Buffer.from(stream);
    damaged[place] = (damaged[place] ?? 0) ^ 1;
    await expect(decoded([damaged])).rejects.toThrow('The gzip stream is damaged: its CRC or length does not match.');
  }
  await expect(decoded([stream, Buffer.from('more')])).rejects.toThrow('There are bytes behind the gzip stream.');
});

test('a fault of a block says what it is', async () => {
  const stream = gzipSync('id,side\n1,BUY\n');
  stream[10] = 7;
  await expect(decoded([stream])).rejects.toThrow('The gzip stream is damaged: invalid block type.');
});

test('a bomb comes out in pieces of bounded size, and others have their turn between them', async () => {
  const stream = gzipSync(Buffer.alloc(64 * 1024 * 1024));
  const decoder = new GzipDecoder();
  let turns = 0;
  const timer = setInterval(() => (turns += 1), 0);
  let bytes = 0;
  for await (const piece of decoder.push(stream)) {
    expect(piece.length).toBeLessThanOrEqual(512 * 1024);
    bytes += piece.length;
    if (bytes > 32 * 1024 * 1024) break;
  }
  clearInterval(timer);
  decoder.close();
  expect(bytes).toBeLessThan(33 * 1024 * 1024);
  expect(turns).toBeGreaterThan(2);
});

import { constants, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cut } from '../test-support/split-bytes.ts';
import { ZstdDecoder } from './zstd-decoder.ts';
import { decodeAll } from './test-support/decode-all.ts';

const WINDOW = 128 * 1024 * 1024;

const decoded = async (chunks: readonly Buffer[]): Promise<Buffer> => await decodeAll(new ZstdDecoder(WINDOW), chunks);

test('frames of any size, level and kind are read back however the stream is cut', async () => {
  const block = fc.oneof(
    fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    fc.tuple(fc.nat(255), fc.nat(400_000)).map(([byte, length]) => Buffer.alloc(length, byte)),
    fc
      .nat(40_000)
      .map((rows) => Buffer.from(Array.from({ length: rows / 10 }, (_, row) => `${String(row)};BUY;${String(row * 7)}\n`).join(''))),
  );
  const frame = fc.record({
    blocks: fc.array(block, { maxLength: 3 }),
    level: fc.integer({ min: -5, max: 19 }),
    checksum: fc.nat(1),
    size: fc.nat(1),
  });
  const lengths = fc.array(fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 90_000 })), { minLength: 1, maxLength: 3 });
  const property = fc.asyncProperty(fc.array(frame, { minLength: 1, maxLength: 4 }), lengths, async (frames, cuts) => {
    const contents = frames.map(({ blocks }) => Buffer.concat(blocks));
    const stream = frames.map(({ level, checksum, size }, index) =>
      zstdCompressSync(contents[index] ?? Buffer.alloc(0), {
        params: {
          [constants.ZSTD_c_compressionLevel]: level,
          [constants.ZSTD_c_checksumFlag]: checksum,
          [constants.ZSTD_c_contentSizeFlag]: size,
        },
      }),
    );
    expect((await decoded(cut(Buffer.concat(stream), cuts))).equals(Buffer.concat(contents))).toBe(true);
  });
  await fc.assert(property, { numRuns: 60 });
});

test('a cut stream is never taken for a whole one, wherever it is cut', async () => {
  const stream = zstdCompressSync('id,side\n1,BUY\n', { params: { [constants.ZSTD_c_checksumFlag]: 1 } });
  for (let length = 1; length < stream.length; length += 1) {
    await expect(decoded([stream.subarray(0, length)])).rejects.toThrow('The zstd stream is truncated.');
  }
});

test('a bomb comes out in pieces of bounded size, and no step holds more than a few MiB', async () => {
  const stream = zstdCompressSync(Buffer.alloc(64 * 1024 * 1024));
  const decoder = new ZstdDecoder(WINDOW);
  let bytes = 0;
  for await (const piece of decoder.push(stream)) {
    expect(piece.length).toBeLessThanOrEqual(256 * 1024);
    bytes += piece.length;
    if (bytes > 1024 * 1024) break;
  }
  decoder.close();
  expect(stream.length).toBeLessThan(16 * 1024);
  expect(bytes).toBeLessThan(5 * 1024 * 1024);
});

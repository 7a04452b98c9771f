import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cut } from '../test-support/split-bytes.ts';
import { CompressionFault } from './compression-fault.ts';
import { STEP_BYTES } from './inflate-layout.ts';
import { Inflater } from './inflater.ts';
import { bitsOf, fixedCode } from './test-support/deflate-bits.ts';

interface Answer {
  /** null where the stream is not whole. */
  readonly output: Buffer | null;
  readonly used: number;
}

/** What the inflater makes of a stream that comes in chunks of these lengths, in turn. Throws CompressionFault. */
function inflated(inflater: Inflater, stream: Buffer, lengths: readonly number[] = [STEP_BYTES], pieces: Buffer[] = []): Answer {
  inflater.start();
  let taken = 0;
  for (const step of cut(stream, lengths)) {
    taken += step.length;
    inflater.take(step);
    while (!inflater.needsInput && !inflater.isDone) pieces.push(inflater.next());
    if (inflater.isDone) return { output: Buffer.concat(pieces), used: taken - inflater.unusedBytes };
  }
  return { output: null, used: stream.length };
}

/** The same of zlib; `cause` where it refuses. */
function reference(stream: Buffer): Answer | { readonly cause: string } {
  try {
    const { buffer, engine } = inflateRawSync(stream, { info: true }) as unknown as { buffer: Buffer; engine: { bytesWritten: number } };
    return { output: buffer, used: engine.bytesWritten };
  } catch (error) {
    const { code, message } = error as { readonly code: string; readonly message: string };
    return code === 'Z_BUF_ERROR' ? { output: null, used: stream.length } : { cause: `The gzip stream is damaged: ${message}.` };
  }
}

function answer(inflater: Inflater, stream: Buffer, lengths?: readonly number[]): Answer | { readonly cause: string } {
  try {
    return inflated(inflater, stream, lengths);
  } catch (error) {
    return { cause: (error as Error).message };
  }
}

const { Z_DEFAULT_STRATEGY, Z_FILTERED, Z_HUFFMAN_ONLY, Z_RLE, Z_FIXED } = constants;
const content = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes)),
      fc
        .tuple(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.nat(3000))
        .map(([bytes, times]) => Buffer.alloc(bytes.length * times, bytes)),
      fc.tuple(fc.nat(255), fc.nat(700_000)).map(([byte, length]) => Buffer.alloc(length, byte)),
      // Bytes of any kind from a few on: codes of every length.
      fc
        .tuple(fc.nat(70_000), fc.integer({ min: 1, max: 255 }), fc.nat(2 ** 30))
        .map(([length, kinds, seed]) => noise(length, kinds, seed)),
      fc
        .nat(4000)
        .map((rows) => Buffer.from(Array.from({ length: rows }, (_, row) => `${row};${(row * 7919) % 1000};BUY;${row % 7}.5\n`).join(''))),
    ),
    { maxLength: 4 },
  )
  .map((parts) => Buffer.concat(parts));
const options = fc.record({
  level: fc.integer({ min: 0, max: 9 }),
  strategy: fc.constantFrom(Z_DEFAULT_STRATEGY, Z_FILTERED, Z_HUFFMAN_ONLY, Z_RLE, Z_FIXED),
  windowBits: fc.integer({ min: 9, max: 15 }),
  memLevel: fc.integer({ min: 1, max: 9 }),
});
const cuts = fc.array(fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: STEP_BYTES })), { minLength: 1, maxLength: 4 });

/** The lower a byte is, the more often it comes: codes get long. */
function noise(length: number, kinds: number, seed: number): Buffer {
  const bytes = Buffer.alloc(length);
  let state = seed;
  for (let index = 0; index < length; index += 1) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    bytes[index] = Math.clz32(state) * 16 + ((state >>> 8) % kinds);
  }
  return bytes;
}

test('what zlib compressed in any way comes back however the stream is cut', () => {
  const inflater = new Inflater();
  const property = fc.property(content, options, cuts, fc.uint8Array({ maxLength: 20 }), (bytes, how, lengths, behind) => {
    const stream = deflateRawSync(bytes, how);
    const { output, used } = inflated(inflater, Buffer.concat([stream, behind]), lengths);
    expect([output?.equals(bytes), used]).toEqual([true, stream.length]);
  });
  fc.assert(property, { numRuns: 200 });
});

const edit = fc.record({ kind: fc.constantFrom('flip', 'cut', 'insert', 'truncate'), at: fc.nat(), value: fc.nat() });
const small = fc.oneof(
  content.map((bytes) => bytes.subarray(0, 3000)),
  content.map((bytes) => bytes.subarray(0, 90_000)),
);

test('damaged streams are taken and refused as zlib takes and refuses them, for the same cause', () => {
  const runs = Number(process.env['MUTATIONS'] ?? 1500);
  const inflater = new Inflater();
  let taken = 0;
  const property = fc.property(small, options, fc.array(edit, { minLength: 1, maxLength: 3 }), cuts, (bytes, how, edits, lengths) => {
    const stream = edits.reduce(edited, deflateRawSync(bytes, how));
    const expected = reference(stream);
    const found = answer(inflater, stream, lengths);
    expect(plain(found)).toEqual(plain(expected));
    if ('output' in expected && expected.output !== null) {
      taken += 1;
      expect('output' in found && found.output?.equals(expected.output)).toBe(true);
    }
  });
  fc.assert(property, { numRuns: runs });
  expect(taken).toBeGreaterThan(runs / 50);
});

function edited(stream: Buffer, { kind, at, value }: { kind: string; at: number; value: number }): Buffer {
  // Half of the edits hit the first header, where most rules are.
  const place = (value & 1) === 0 ? at % (stream.length + 1) : at % Math.min(stream.length + 1, 90);
  const before = stream.subarray(0, place);
  switch (kind) {
    case 'flip': {
      const copy = Buffer.from(stream);
      if (place < copy.length) copy[place] = (copy[place] ?? 0) ^ (1 << ((value >>> 1) % 8));
      return copy;
    }
    case 'cut':
      return Buffer.concat([before, stream.subarray(place + 1 + ((value >>> 1) % 4))]);
    case 'insert':
      return Buffer.concat([before, Buffer.from([(value >>> 1) % 256]), stream.subarray(place)]);
    default:
      return before;
  }
}

/** All that a stream gives, up to its end, to where it breaks off, or to a fault. */
function given(inflater: Inflater, stream: Buffer, lengths?: readonly number[]): Buffer {
  const pieces: Buffer[] = [];
  try {
    inflated(inflater, stream, lengths, pieces);
  } catch (error) {
    expect(error).toBeInstanceOf(CompressionFault);
  }
  return Buffer.concat(pieces);
}

test('what stands before a fault, or before the stream breaks off, is given however it is cut: as much as zlib gives', () => {
  const inflater = new Inflater();
  const property = fc.property(
    small,
    options,
    fc.array(edit, { minLength: 1, maxLength: 3 }),
    cuts,
    fc.nat(),
    (bytes, how, edits, lengths, at) => {
      const stream = deflateRawSync(bytes, how);
      const damaged = edits.reduce(edited, stream);
      expect(given(inflater, damaged, lengths).equals(given(inflater, damaged))).toBe(true);
      const cutOff = stream.subarray(0, at % stream.length);
      expect(given(inflater, cutOff, lengths).equals(inflateRawSync(cutOff, { finishFlush: constants.Z_SYNC_FLUSH }))).toBe(true);
    },
  );
  fc.assert(property, { numRuns: Number(process.env['MUTATIONS'] ?? 1500) });
});

/** Without the bytes, which would be shown one by one where they differ. */
function plain(found: Answer | { readonly cause: string }): object {
  return 'cause' in found ? found : { length: found.output?.length, used: found.used };
}

test('random bytes are taken and refused as zlib takes and refuses them', () => {
  const inflater = new Inflater();
  const property = fc.property(fc.uint8Array({ maxLength: 200 }), cuts, (bytes, lengths) => {
    expect(plain(answer(inflater, Buffer.from(bytes), lengths))).toEqual(plain(reference(Buffer.from(bytes))));
  });
  fc.assert(property, { numRuns: 2000 });
});

const [FIXED, DYNAMIC] = ['1 10', '1 01'];
/** HLIT, HDIST and HCLEN of the least codes, and so many lengths of the code of code lengths in their order. */
const dynamic = (lengths: string, literals = '00000', distances = '00000', count = '1111'): string =>
  `${DYNAMIC} ${literals} ${distances} ${count} ${lengths}`;
/** Code lengths 0 and 1 have the codes 0 and 10, 18 has 11. Numbers stand with their lowest bit first, as in the stream. */
const ZERO_ONE_18 = `000 000 010 100 ${'000 '.repeat(13)} 010 000`;
const zeros = (count: number): string => `11 ${[...(count - 11).toString(2).padStart(7, '0')].reverse().join('')}`;

test.each([
  ['a block type that does not exist', '1 11', 'invalid block type'],
  ['a stored block whose complement is wrong', `1 00 00000 ${'0'.repeat(32)}`, 'invalid stored block lengths'],
  ['287 literal and length codes', dynamic(ZERO_ONE_18, '01111'), 'too many length or distance symbols'],
  ['31 distance codes', dynamic(ZERO_ONE_18, '00000', '01111'), 'too many length or distance symbols'],
  ['a code of code lengths with too many codes', dynamic('100 '.repeat(19)), 'invalid code lengths set'],
  ['a code of code lengths with too few codes', dynamic(`100 ${'000 '.repeat(18)}`), 'invalid code lengths set'],
  ['no code of code lengths', dynamic('000 '.repeat(19)), 'invalid code -- missing end-of-block'],
  ['a repetition of nothing', dynamic(`100 000 000 100 ${'000 '.repeat(15)} 1 00`), 'invalid bit length repeat'],
  ['a repetition past the last symbol', dynamic(`${ZERO_ONE_18} ${zeros(138)} ${zeros(121)}`), 'invalid bit length repeat'],
  ['no end of block', dynamic(`${ZERO_ONE_18} 10 10 ${zeros(138)} ${zeros(117)} 0`), 'invalid code -- missing end-of-block'],
  ['three codes of one bit', dynamic(`${ZERO_ONE_18} 10 10 ${zeros(138)} ${zeros(116)} 10 0`), 'invalid literal/lengths set'],
  [
    'three distances of one bit',
    dynamic(`${ZERO_ONE_18} 10 ${zeros(138)} ${zeros(117)} 10 10 10 10`, '00000', '01000'),
    'invalid distances set',
  ],
  [
    'the other code than the only one',
    dynamic(`${ZERO_ONE_18} ${zeros(138)} ${zeros(118)} 10 0 1 ${'0'.repeat(80)}`),
    'invalid literal/length code',
  ],
  ['a length that does not exist', `${FIXED} ${fixedCode(286)}`, 'invalid literal/length code'],
  ['a distance that does not exist', `${FIXED} ${fixedCode(97)} ${fixedCode(257)} 11110`, 'invalid distance code'],
  ['a distance before the start', `${FIXED} ${fixedCode(97)} ${fixedCode(257)} 00001`, 'invalid distance too far back'],
])('%s is refused', (_name, bits, cause) => {
  // Enough behind it that nothing is missing.
  const stream = Buffer.concat([bitsOf(bits), Buffer.alloc(100)]);
  expect(reference(stream)).toEqual({ cause: `The gzip stream is damaged: ${cause}.` });
  expect(answer(new Inflater(), stream)).toEqual({ cause: `The gzip stream is damaged: ${cause}.` });
  expect(answer(new Inflater(), stream, [1])).toEqual({ cause: `The gzip stream is damaged: ${cause}.` });
});

test.each([
  ['the only code, of one bit', dynamic(`${ZERO_ONE_18} ${zeros(138)} ${zeros(118)} 10 0 0`)],
  ['one distance of one bit', dynamic(`${ZERO_ONE_18} 10 ${zeros(138)} ${zeros(117)} 10 10 0 0 1`)],
])('%s is taken', (_name, bits) => {
  const stream = bitsOf(bits);
  const expected = reference(stream);
  expect(expected).toHaveProperty('used', stream.length);
  expect(answer(new Inflater(), stream)).toEqual(expected);
});

test('a stream does not reach into the one before', () => {
  const inflater = new Inflater();
  inflated(inflater, deflateRawSync(Buffer.alloc(100_000, 'abc')));
  const stream = bitsOf(`${FIXED} ${fixedCode(257)} 00000 ${fixedCode(256)}`);
  expect(answer(inflater, stream)).toEqual({ cause: 'The gzip stream is damaged: invalid distance too far back.' });
});

test('a stream that is cut anywhere is not whole', () => {
  const inflater = new Inflater();
  for (const strategy of [Z_DEFAULT_STRATEGY, Z_FIXED]) {
    const stream = deflateRawSync(noise(3000, 200, 1), { strategy });
    for (let length = 0; length < stream.length; length += 1) {
      expect(inflated(inflater, stream.subarray(0, length)).output).toBeNull();
    }
  }
});

test('pieces have 512 KiB at most and memory of their own, and blocks without content come to an end of a run', () => {
  const inflater = new Inflater();
  inflater.start();
  inflater.take(deflateRawSync(Buffer.alloc(20_000_000)).subarray(0, STEP_BYTES));
  const pieces: Buffer[] = [];
  while (!inflater.isDone) pieces.push(inflater.next());
  expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThanOrEqual(512 * 1024);
  expect(pieces.every((piece) => piece.length === piece.buffer.byteLength)).toBe(true);
  inflater.start();
  inflater.take(Buffer.alloc(STEP_BYTES - 4, Buffer.from([0, 0, 0, 0xff, 0xff])));
  let runs = 0;
  for (; !inflater.needsInput; runs += 1) expect(inflater.next()).toHaveLength(0);
  expect(runs).toBeGreaterThan(100);
});

/** The same code as JavaScript and as WebAssembly, over the same bytes. */
import { compileFunction } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assemble } from '../../kernel/assemble.ts';
import { Instance, Memory, Module } from '../../kernel/web-assembly.ts';
import { UnknownCode } from './code-tree.ts';
import type { Scope } from './scope.ts';
import { translate } from './translate.ts';

const INPUT = 1024;
const WORDS = 8192;
const DOUBLES = 16_384;
const SCOPE: Scope = {
  arrays: new Map([
    ['b', { element: 'byte', at: INPUT }],
    ['w', { element: 'word', at: WORDS }],
    ['V', { element: 'double', at: DOUBLES }],
  ]),
  fields: new Map([['S.end', { at: 8, type: 'i32' }]]),
  calls: new Map([['S.twice', { name: 'twice', parameters: ['i32'], result: 'i32' }]]),
  view: 'view',
  input: INPUT,
  isDouble: (name) => /^(?:n\d+|f|h)$/.test(name),
  isExact: (name) => name === 'o',
};
const LOCALS = 'let c = 0, d = 0, e = 0, x = 0, y = 0, f = 0, h = 0, n1 = 0, g = false, q = false, o = null, k1 = 0;';

interface Ran {
  readonly result: number;
  readonly words: readonly number[];
  readonly doubles: readonly number[];
}

function asScript(code: string, text: string, p: number): Ran {
  const b = Buffer.concat([Buffer.from(text, 'latin1'), Buffer.alloc(64, 10)]);
  const view = new DataView(b.buffer, b.byteOffset, b.length);
  const w = new Int32Array(16);
  const V = new Float64Array(16);
  const run = compileFunction(`${LOCALS} ${code}`, ['b', 'view', 'w', 'V', 'S', 'p']) as (
    ...given: unknown[]
  ) => number | boolean | undefined | null;
  const found = run(b, view, w, V, { end: 5, twice: (value: number) => value * 2 }, p);
  return { result: found === undefined ? 3 : found === null ? 2 : Number(found), words: [...w], doubles: [...V] };
}

function asModule(code: string, text: string, p: number): Ran {
  const memory = new Memory({ initial: 1, maximum: 1 });
  const source = `(import $twice (param $value i32) (result i32)) ${translate({ name: 'run', parameters: ['p'], code }, SCOPE)}`;
  const { run } = new Instance(new Module(assemble(source)), { js: { memory, twice: (value = 0) => value * 2 } }).exports as {
    readonly run: (p: number) => number;
  };
  const bytes = Buffer.from(memory.buffer);
  bytes.writeInt32LE(5, 8);
  bytes.fill(10, INPUT, INPUT + text.length + 64);
  bytes.write(text, INPUT, 'latin1');
  const result = run(p);
  return { result, words: [...new Int32Array(memory.buffer, WORDS, 16)], doubles: [...new Float64Array(memory.buffer, DOUBLES, 16)] };
}

const CODES = [
  // Digits, a sign, and how far they go.
  'g = b[p] === 45; if (g) p++; for (c = b[p] - 48; c >>> 0 < 10; c = b[++p] - 48) x = (Math.imul(x, 10) + c) | 0; w[0] = g ? -x : x; return p;',
  // Doubles: sums that no word holds, and their halves.
  'n1 = b[p]; n1 = (n1 * 86400 + 7) * 1000000 + b[p + 1]; if (b[p] > 64) n1 = -n1; w[2] = n1 | 0; w[3] = Math.floor(n1 / 4294967296); V[1] = n1; return p;',
  'f = b[p]; h = b[p + 1]; V[0] = f * h - 3.5; V[1] = Math.abs(f - h); V[2] = Math.floor(f / 7); return f > h ? 1 : f === h ? 2 : 0;',
  'n1 = NaN; if (b[p] > 50) n1 = 5; if (n1 === n1) { w[0] = n1; } return n1 < 6;',
  // Blocks that are left, loops that go on, and choices within choices.
  'ok: { bad: { if (b[p] === 65) break bad; if (b[p] < 50 || b[p + 1] > 90) break ok; x = 3; break ok; } x = 9; } return x;',
  'rows: while (p < 20) { c = b[p]; p++; if (c === 10) continue rows; if (c > 100) { x = p; break; } y += c; } w[1] = y; return x;',
  'while (p < 12) { if (b[p] === 44) { y = y + 1; } else if (b[p] === 45) y = y + 10; else y = y + 100; p++; } return y;',
  // Words of four bytes, marks in them, and unsigned words.
  'c = view.getInt32(p, true); d = (c ^ 741092396) - 16843009 & ~(c ^ 741092396) & -2139062144; return (31 - Math.clz32(d & -d)) >> 3;',
  'e = view.getInt32(p + 1, true) ^ 0x30303030; e |= (e + 0x06060606) & 0xf0f0f0f0; return e >>> 28;',
  'c = b[p] - 100; x = c >>> 0 > 20 ? 1 : 0; V[0] = c >>> 0; return x;',
  'd = Math.min(p + 3, 9); e = p++; x = ++p; w[k1++] = e; w[k1++] = x; w[k1 + 2] = d; return k1 << 4;',
  // Truths of rules; sums of words that are no words.
  'c = b[p] * 16777216; d = c ^ 255; o = c + d < 4000000000 ? c - d === 0 ? null : true : -c * d > 3000000000 ? false : undefined; return o;',
  'c = b[p] - 2147483648 | 0; o = -c > 2147483500 ? (-c | 0) < 0 : undefined; return o;',
  'n1 = b[p]; o = n1 > 90 ? true : n1 < 60 ? false : n1 === 70 ? null : undefined; return o;',
  'n1 = b[p]; o = ((n1 * 3) - 2e+2 < (Math.abs(n1) + 2e+2) * -1.7763568394002505e-15 || n1 > 80 && (c = b[p + 1]) > 60) ? true : undefined; w[4] = c; return o;',
  'q = b[p] === 34; x = q && b[p + 1] === 34; g = !q; return x || (g && !(b[p] === 65)) ? 7 : S.end;',
  'x = S.twice(b[p]); if (S.twice(x) > 300) return -1; return x;',
];

describe('translated code', () => {
  test.each(CODES)('does what it does as JavaScript: %s', (code) => {
    const texts = fc.oneof(
      fc.string({ maxLength: 24 }),
      fc.string({ unit: fc.constantFrom('0', '9', '-', 'A', ',', '"', '\n', 'z'), maxLength: 24 }),
    );
    fc.assert(
      fc.property(texts, fc.nat(6), (text, p) => {
        const latin = Buffer.from(text, 'utf8').toString('latin1');
        expect(asModule(code, latin, p)).toEqual(asScript(code, latin, p));
      }),
      { numRuns: 60 },
    );
  });

  test('takes no longer than it is long', () => {
    const deep = `o = ${'(b[p] + '.repeat(200)}1${')'.repeat(200)} > ${'-('.repeat(200)}p${')'.repeat(200)} ? true : false; return o;`;
    expect(asModule(deep, 'A', 0).result).toBe(1);
  });

  test.each([
    'return B1.textAt(t1);',
    'o = p % 3; return o;',
    'w[0] += 1; return p;',
    'return b.length;',
    'p;',
    'return q[0];',
    'break nowhere;x = 1;continue;',
    'return `text`;',
    'return Math.sqrt(p);',
    'S.twice(p);',
    'return S.twice(p, p);',
    'if (f) p++;',
    'return (p;',
    'for (;;) p++;',
    'for (x = 0; x < 9; x++) { if (b[x] === 65) continue; y++; } return y;',
    'x = w[0] = 1;',
    `return ${'('.repeat(300)}p${')'.repeat(300)};`,
  ])('is none where there is no translation: %s', (code) => {
    expect(() => translate({ name: 'run', parameters: ['p'], code }, SCOPE)).toThrow(UnknownCode);
  });
});

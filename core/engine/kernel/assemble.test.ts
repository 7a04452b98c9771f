import { expect, test } from 'vitest';
import { assemble } from './assemble.ts';
import { Instance, Memory, Module } from './web-assembly.ts';

function exportsOf(source: string): Record<string, (...numbers: number[]) => number> {
  const memory = new Memory({ initial: 1, maximum: 1 });
  return new Instance(new Module(assemble(source)), { js: { memory } }).exports as Record<string, (...numbers: number[]) => number>;
}

test('functions call each other, choose and repeat', () => {
  const { sum, sign } = exportsOf(`
    ;; 1 + 2 + ... + $to
    (func $sum (param $to i32) (result i32) (local $total i32)
      (block $stop
        (loop $next
          (br_if $stop (i32.eqz (local.get $to)))
          (local.set $total (i32.add (local.get $total) (local.get $to)))
          (local.set $to (i32.sub (local.get $to) (i32.const 1)))
          (br $next)))
      (local.get $total))
    (func $sign (param $value i32) (result i32) (local $sign i32)
      (if (i32.lt_s (local.get $value) (i32.const 0))
        (then (local.set $sign (i32.const 0xffffffff)))
        (else (local.set $sign (call $sum (i32.const 1)))))
      (local.get $sign))`);
  expect(sum?.(100)).toBe(5050);
  expect([-7, 7].map((value) => sign?.(value))).toEqual([-1, 1]);
});

test('words of 64 bits are loaded, joined, cut and stored, and one of two values is selected', () => {
  const { joined, larger } = exportsOf(`
    ;; ($high << 32 | $low) - 1, through the memory, the bits from 28 on
    (func $joined (param $low i32) (param $high i32) (result i32)
      (i64.store (i32.const 8) (i64.sub
        (i64.or (i64.shl (i64.extend_i32_u (local.get $high)) (i64.const 32)) (i64.extend_i32_u (local.get $low)))
        (i64.const 1)))
      (i32.wrap_i64 (i64.and (i64.shr_u (i64.load (i32.const 8)) (i64.const 28)) (i64.const 0xffff))))
    (func $larger (param $one i32) (param $other i32) (result i32)
      (select (local.get $one) (local.get $other) (i32.gt_s (local.get $one) (local.get $other))))`);
  expect(joined?.(0, 0x123)).toBe(0x122f);
  expect([larger?.(3, -4), larger?.(-4, 5)]).toEqual([3, 5]);
});

test('bytes of a vector are picked by another', () => {
  const { picked } = exportsOf(`
    (func $picked (result i32)
      (i32x4.extract_lane 0 (i8x16.swizzle (v128.const 0x03020100 0 0 0) (v128.const 0x00010203 0 0 0))))`);
  expect(picked?.()).toBe(0x00010203);
});

test('doubles are counted, become whole numbers, and are chosen; functions of the outside are called', () => {
  const memory = new Memory({ initial: 1, maximum: 1 });
  const source = `
    (func $halves (param $value i32) (result i32)
      (f64.store (i32.const 8) (f64.div (f64.convert_i32_s (local.get $value)) (f64.const 2)))
      (i32.wrap_i64 (i64.trunc_sat_f64_s (if (result f64) (f64.lt (f64.load (i32.const 8)) (f64.const -1.5e0))
        (then (f64.floor (f64.load (i32.const 8))))
        (else (call $tenfold (local.get $value)) (f64.convert_i32_s))))))
    (import $tenfold (param $value i32) (result i32))`;
  const js = { memory, tenfold: (value = 0): number => value * 10 };
  const { halves } = new Instance(new Module(assemble(source)), { js }).exports as { readonly halves: (value: number) => number };
  expect([-7, -3, 7].map((value) => halves(value))).toEqual([-4, -30, 70]);
  expect(new DataView(memory.buffer).getFloat64(8, true)).toBe(3.5);
});

test.each([-1, 0, 63, 64, -64, -65, 127, 128, 300, 2 ** 31 - 1, -(2 ** 31)])('the constant %s is itself', (value) => {
  const { constant } = exportsOf(`(func $constant (result i32) (i32.const ${value}))`);
  expect(constant?.()).toBe(value);
});

test.each(['(func $f (i32.nothing))', '(func $f (local.get $other))', '(func $f (br $nowhere))', '(table $t)', 'func'])(
  '%s is refused',
  (source) => {
    expect(() => assemble(source)).toThrow(RangeError);
  },
);

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

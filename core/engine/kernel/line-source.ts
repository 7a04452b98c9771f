/** Counting lines, sixteen bytes at a time, in the text format of WebAssembly. */

const LF = 0x0a;
const CR = 0x0d;

const equal = (bytes: string, byte: string): string => `(i8x16.eq ${bytes} (i8x16.splat ${byte}))`;

export const LINE_SOURCE = `
;; Line feeds in [$at, $end) that no line feed stands before; -1 where there is a CR or a byte that is $quote. Bytes up to the next
;; multiple of sixteen behind $at are looked at as well.
(func $plainLines (param $at i32) (param $end i32) (param $quote i32) (result i32)
  (local $lines i32) (local $bytes v128) (local $others v128)
  (block $stop
    (loop $next
      (br_if $stop (i32.ge_u (local.get $at) (local.get $end)))
      (local.set $bytes (v128.load (local.get $at)))
      (local.set $others (v128.or
        (local.get $others)
        (v128.or ${equal('(local.get $bytes)', `(i32.const ${CR})`)} ${equal('(local.get $bytes)', '(local.get $quote)')})))
      (local.set $lines (i32.add (local.get $lines) (i32.popcnt (i8x16.bitmask (v128.andnot
        ${equal('(local.get $bytes)', `(i32.const ${LF})`)}
        ${equal('(v128.load (i32.sub (local.get $at) (i32.const 1)))', `(i32.const ${LF})`)})))))
      (local.set $at (i32.add (local.get $at) (i32.const 16)))
      (br $next)))
  (if (v128.any_true (local.get $others)) (then (return (i32.const -1))))
  (local.get $lines))`;

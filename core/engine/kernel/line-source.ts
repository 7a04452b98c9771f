/** Counting lines, sixteen bytes at a time, in the text format of WebAssembly. */

const LF = 0x0a;
const CR = 0x0d;

const equal = (bytes: string, byte: string): string => `(i8x16.eq ${bytes} (i8x16.splat ${byte}))`;
const lineEnds = (bytes: string): string => `(v128.or ${equal(bytes, `(i32.const ${LF})`)} ${equal(bytes, `(i32.const ${CR})`)})`;

export const LINE_SOURCE = `
;; Bytes in [$at, $end) that end a line, a CR or a line feed, where none stands before: lines that end and are not blank. -1 where there is
;; a byte that is $quote, below zero for none. Bytes up to the next multiple of sixteen behind $at are looked at as well.
(func $plainLines (param $at i32) (param $end i32) (param $quote i32) (result i32)
  (local $lines i32) (local $bytes v128) (local $before v128) (local $quotes v128)
  (block $stop
    (loop $next
      (br_if $stop (i32.ge_u (local.get $at) (local.get $end)))
      (local.set $bytes (v128.load (local.get $at)))
      (local.set $before (v128.load (i32.sub (local.get $at) (i32.const 1))))
      (local.set $quotes (v128.or (local.get $quotes) ${equal('(local.get $bytes)', '(local.get $quote)')}))
      (local.set $lines (i32.add (local.get $lines) (i32.popcnt (i8x16.bitmask (v128.andnot
        ${lineEnds('(local.get $bytes)')}
        ${lineEnds('(local.get $before)')})))))
      (local.set $at (i32.add (local.get $at) (i32.const 16)))
      (br $next)))
  (if (i32.and (i32.ge_s (local.get $quote) (i32.const 0)) (v128.any_true (local.get $quotes))) (then (return (i32.const -1))))
  (local.get $lines))`;

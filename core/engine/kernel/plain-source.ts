/** The kernel's writing of texts as they stand, each behind its length of four bytes, in the text format of WebAssembly. */
import { FIRST_RESULT_AT, MASKS_AT, NULLS_AT, SECOND_RESULT_AT } from './layout.ts';

/** Of the sixteen bytes at $at + $done, or fewer: copied, and collected in $all. */
const COPY = `
  (local.set $bytes (v128.load (i32.add (local.get $at) (local.get $done))))
  (v128.store (i32.add (local.get $target) (local.get $done)) (local.get $bytes))`;
const isBlank = (at: string): string => `(i32.le_u (i32.load8_u ${at}) (i32.const 32))`;

export const PLAIN_SOURCE = `
;; Writes the texts of the rows [$row, $rows) to $out, and NULL rows plus $base to the nulls, of which there are $row less $count, up to
;; the first text that has a byte above 127, a blank at an end, more than $most bytes, or a length below 32 whose bit is in
;; $lengths. Gives its row; the results are the number of texts and the end of what was written.
(func $plain
  (param $notes i32) (param $row i32) (param $rows i32) (param $count i32) (param $input i32) (param $out i32) (param $base i32)
  (param $most i32) (param $lengths i32) (result i32)
  (local $note i32) (local $at i32) (local $length i32) (local $done i32) (local $target i32) (local $bytes v128) (local $all v128)
  (block $stop
    (loop $next
      (br_if $stop (i32.ge_s (local.get $row) (local.get $rows)))
      (local.set $note (i32.add (local.get $notes) (i32.shl (local.get $row) (i32.const 3))))
      (local.set $length (i32.load offset=4 (local.get $note)))
      (if (i32.lt_s (local.get $length) (i32.const 0)) (then
        (i32.store
          (i32.add (i32.const ${NULLS_AT}) (i32.shl (i32.sub (local.get $row) (local.get $count)) (i32.const 2)))
          (i32.add (local.get $base) (local.get $row)))
        (local.set $row (i32.add (local.get $row) (i32.const 1)))
        (br $next)))
      (br_if $stop (i32.eqz (local.get $length)))
      (br_if $stop (i32.gt_s (local.get $length) (local.get $most)))
      (br_if $stop (i32.and
        (i32.lt_u (local.get $length) (i32.const 32))
        (i32.and (i32.shr_u (local.get $lengths) (local.get $length)) (i32.const 1))))
      (local.set $at (i32.add (local.get $input) (i32.shr_u (i32.load (local.get $note)) (i32.const 1))))
      (br_if $stop (i32.or
        ${isBlank('(local.get $at)')}
        ${isBlank('(i32.sub (i32.add (local.get $at) (local.get $length)) (i32.const 1))')}))
      (local.set $target (i32.add (local.get $out) (i32.const 4)))
      (local.set $all (v128.const 0 0 0 0))
      (local.set $done (i32.const 0))
      (block $last
        (loop $whole
          ${COPY}
          (br_if $last (i32.ge_s (i32.add (local.get $done) (i32.const 16)) (local.get $length)))
          (local.set $all (v128.or (local.get $all) (local.get $bytes)))
          (local.set $done (i32.add (local.get $done) (i32.const 16)))
          (br $whole)))
      (local.set $bytes (v128.and (local.get $bytes) (v128.load
        (i32.sub (i32.const ${MASKS_AT + 32}) (i32.sub (local.get $length) (local.get $done))))))
      (br_if $stop (i8x16.bitmask (v128.or (local.get $all) (local.get $bytes))))
      (i32.store (local.get $out) (local.get $length))
      (local.set $out (i32.add (local.get $target) (local.get $length)))
      (local.set $count (i32.add (local.get $count) (i32.const 1)))
      (local.set $row (i32.add (local.get $row) (i32.const 1)))
      (br $next)))
  (i32.store (i32.const ${FIRST_RESULT_AT}) (local.get $count))
  (i32.store (i32.const ${SECOND_RESULT_AT}) (local.get $out))
  (local.get $row))`;

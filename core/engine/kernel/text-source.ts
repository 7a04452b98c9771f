/**
 * The kernel's look-up of texts, in the text format of WebAssembly. A text of at most 31 bytes is two vectors: its bytes, zeros,
 * and its length in the last byte, so that two are equal where their vectors are. A table is 65,536 slots of 16 bits (0 is free) and
 * the vectors of the entries, the one with the place p at p + 1. A note is two words: twice the start of a text, plus one where it
 * stands in quotes, and its length, below zero for NULL.
 */
import { COUNT_AT, MASKS_AT } from './layout.ts';

/** Looks at so many slots, which bounds what texts can cost whose hashes are alike. */
const PROBES = 8;

/** Of the text at $at with $length: $key, $rest, and $slot where the search begins. */
const KEY = `
  (local.set $mask (i32.sub (i32.const ${MASKS_AT + 32}) (local.get $length)))
  (local.set $key (v128.and (v128.load (local.get $at)) (v128.load (local.get $mask))))
  (local.set $rest (i8x16.replace_lane 15
    (v128.and (v128.load offset=16 (local.get $at)) (v128.load offset=16 (local.get $mask)))
    (local.get $length)))
  (local.set $hash (i64.add
    (i64.add
      (i64.mul (i64x2.extract_lane 0 (local.get $key)) (i64.const 0x9e3779b97f4a7c15))
      (i64.mul (i64x2.extract_lane 1 (local.get $key)) (i64.const 0xc2b2ae3d27d4eb4f)))
    (i64.add
      (i64.mul (i64x2.extract_lane 0 (local.get $rest)) (i64.const 0x165667b19e3779f9))
      (i64.mul (i64x2.extract_lane 1 (local.get $rest)) (i64.const 0x85ebca77c2b2ae63)))))
  (local.set $slot (i32.wrap_i64 (i64.shr_u
    (i64.mul (i64.xor (local.get $hash) (i64.shr_u (local.get $hash) (i64.const 32))) (i64.const 0x9fb21c651e98df25))
    (i64.const 48))))`;

const KEY_LOCALS = '(local $mask i32) (local $key v128) (local $rest v128) (local $hash i64) (local $slot i32) (local $probes i32)';

/** The next slot; leaves $done where all were looked at. */
const STEP = `
  (local.set $slot (i32.and (i32.add (local.get $slot) (i32.const 1)) (i32.const 65535)))
  (br_if $probe (local.tee $probes (i32.sub (local.get $probes) (i32.const 1))))`;

export const TEXT_SOURCE = `
;; Finds the texts of the rows [$row, $rows): their places go to $out, $count of which are there, NULL rows plus $base to $nulls.
;; Gives the first row whose text the table does not have, $rows without; the number of places stands in the count cell then.
(func $lookUp
  (param $notes i32) (param $row i32) (param $rows i32) (param $count i32) (param $input i32)
  (param $slots i32) (param $entries i32) (param $out i32) (param $nulls i32) (param $base i32) (result i32)
  (local $note i32) (local $at i32) (local $length i32) (local $found i32) (local $entry i32) ${KEY_LOCALS}
  (block $stop
    (loop $next
      (br_if $stop (i32.ge_s (local.get $row) (local.get $rows)))
      (local.set $note (i32.add (local.get $notes) (i32.shl (local.get $row) (i32.const 3))))
      (local.set $length (i32.load offset=4 (local.get $note)))
      (if (i32.lt_s (local.get $length) (i32.const 0)) (then
        (i32.store
          (i32.add (local.get $nulls) (i32.shl (i32.sub (local.get $row) (local.get $count)) (i32.const 2)))
          (i32.add (local.get $base) (local.get $row)))
        (local.set $row (i32.add (local.get $row) (i32.const 1)))
        (br $next)))
      (br_if $stop (i32.ge_u (i32.sub (local.get $length) (i32.const 1)) (i32.const 31)))
      (local.set $at (i32.add (local.get $input) (i32.shr_u (i32.load (local.get $note)) (i32.const 1))))
      ${KEY}
      (local.set $probes (i32.const ${PROBES}))
      (loop $probe
        (local.set $found (i32.load16_u (i32.add (local.get $slots) (i32.shl (local.get $slot) (i32.const 1)))))
        (br_if $stop (i32.eqz (local.get $found)))
        (local.set $entry (i32.add (local.get $entries) (i32.shl (local.get $found) (i32.const 5))))
        (if (i32.eqz (v128.any_true (v128.or
            (v128.xor (local.get $key) (v128.load (local.get $entry)))
            (v128.xor (local.get $rest) (v128.load offset=16 (local.get $entry)))))) (then
          (i32.store16
            (i32.add (local.get $out) (i32.shl (local.get $count) (i32.const 1)))
            (i32.sub (local.get $found) (i32.const 1)))
          (local.set $count (i32.add (local.get $count) (i32.const 1)))
          (local.set $row (i32.add (local.get $row) (i32.const 1)))
          (br $next)))
        ${STEP})))
  (i32.store (i32.const ${COUNT_AT}) (local.get $count))
  (local.get $row))

;; Enters the text at $at, which the table does not have, with its place, where a slot is free near by.
(func $enter (param $at i32) (param $length i32) (param $slots i32) (param $entries i32) (param $place i32)
  (local $address i32) ${KEY_LOCALS}
  ${KEY}
  (local.set $place (i32.add (local.get $place) (i32.const 1)))
  (local.set $probes (i32.const ${PROBES}))
  (loop $probe
    (local.set $address (i32.add (local.get $slots) (i32.shl (local.get $slot) (i32.const 1))))
    (if (i32.eqz (i32.load16_u (local.get $address))) (then
      (i32.store16 (local.get $address) (local.get $place))
      (local.set $address (i32.add (local.get $entries) (i32.shl (local.get $place) (i32.const 5))))
      (v128.store (local.get $address) (local.get $key))
      (v128.store offset=16 (local.get $address) (local.get $rest))
      (return)))
    ${STEP}))`;

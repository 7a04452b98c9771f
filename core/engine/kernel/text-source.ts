/**
 * The kernel's look-up of texts, in the text format of WebAssembly. A text of at most 31 bytes is two vectors: its bytes, zeros,
 * and its length in the last byte, so that two are equal where their vectors are. A table is 65,536 slots of 16 bits (0 is free),
 * the vectors of the entries, the one with the number n at n + 1, and their stamps (KnownTexts): the number of a row group in the high
 * half, the place in its dictionary in the low one. A note is two words: twice the start of a text, plus one where it stands in quotes,
 * and its length, below zero for NULL.
 */
import { DICTIONARY_AT, FIRST_RESULT_AT, MASKS_AT, MISSES_AT, NULLS_AT, PLACES_AT, SECOND_RESULT_AT } from './layout.ts';

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

const IS_OTHER_TEXT = `(v128.any_true (v128.or
    (v128.xor (local.get $key) (v128.load (local.get $entry)))
    (v128.xor (local.get $rest) (v128.load offset=16 (local.get $entry)))))`;
const IS_NOT_PLACED = '(i32.ne (i32.shr_u (local.get $stamp) (i32.const 16)) (local.get $group))';
/** Empty, or longer than a table takes. */
const HAS_OTHER_LENGTH = '(i32.ge_u (i32.sub (local.get $length) (i32.const 1)) (i32.const 31))';
const NOTED_AT = '(i32.add (local.get $input) (i32.shr_u (i32.load (local.get $note)) (i32.const 1)))';

const item = (array: string, index: string, shift: number): string =>
  `(i32.add ${array} (i32.shl (local.get $${index}) (i32.const ${shift})))`;
const increase = (name: string, by = '(i32.const 1)'): string => `(local.set $${name} (i32.add (local.get $${name}) ${by}))`;

/** The next slot, as long as there are more to look at. */
const STEP = `
  (local.set $slot (i32.and (i32.add (local.get $slot) (i32.const 1)) (i32.const 65535)))
  (br_if $probe (local.tee $probes (i32.sub (local.get $probes) (i32.const 1))))`;

export const TEXT_SOURCE = `
;; Finds the texts of $rows rows: their places in the dictionary of the row group $group go to the places, NULL rows plus $base to the
;; nulls. Rows whose text has none yet, or is not in the table, go to the misses, with the number of texts before them: whether
;; there are any is no question that the next row waits for. Gives the number of misses; the first result is that of texts.
(func $find
  (param $notes i32) (param $rows i32) (param $input i32) (param $slots i32) (param $entries i32) (param $stamps i32)
  (param $group i32) (param $base i32) (result i32)
  (local $row i32) (local $count i32) (local $misses i32) (local $miss i32) (local $note i32) (local $at i32) (local $length i32)
  (local $found i32) (local $entry i32) (local $stamp i32) ${KEY_LOCALS}
  (block $stop
    (loop $next
      (br_if $stop (i32.ge_s (local.get $row) (local.get $rows)))
      (local.set $note ${item('(local.get $notes)', 'row', 3)})
      (local.set $length (i32.load offset=4 (local.get $note)))
      (if (i32.lt_s (local.get $length) (i32.const 0)) (then
        (i32.store
          (i32.add (i32.const ${NULLS_AT}) (i32.shl (i32.sub (local.get $row) (local.get $count)) (i32.const 2)))
          (i32.add (local.get $base) (local.get $row)))
        ${increase('row')}
        (br $next)))
      (local.set $miss ${HAS_OTHER_LENGTH})
      (local.set $length (i32.and (local.get $length) (i32.const 31)))
      (local.set $at ${NOTED_AT})
      ${KEY}
      (local.set $found (i32.load16_u ${item('(local.get $slots)', 'slot', 1)}))
      (local.set $entry ${item('(local.get $entries)', 'found', 5)})
      (local.set $stamp (i32.load ${item('(local.get $stamps)', 'found', 2)}))
      (i32.store16 ${item(`(i32.const ${PLACES_AT})`, 'count', 1)} (local.get $stamp))
      (i32.store ${item(`(i32.const ${MISSES_AT})`, 'misses', 3)} (local.get $row))
      (i32.store offset=4 ${item(`(i32.const ${MISSES_AT})`, 'misses', 3)} (local.get $count))
      ${increase('misses', `(i32.or (local.get $miss) (i32.or ${IS_OTHER_TEXT} ${IS_NOT_PLACED}))`)}
      ${increase('count')}
      ${increase('row')}
      (br $next)))
  (i32.store (i32.const ${FIRST_RESULT_AT}) (local.get $count))
  (local.get $misses))

;; Goes through the misses [$miss, $misses): a text of the table that has no place yet gets the place $next, as long as that is below
;; $most, and is written to the dictionary. Gives the first miss that is not settled so. The results are the next place and the end of
;; what was written. Before the first miss $removed texts turned out to be NULL.
(func $place
  (param $miss i32) (param $misses i32) (param $removed i32) (param $notes i32) (param $input i32) (param $slots i32)
  (param $entries i32) (param $stamps i32) (param $group i32) (param $next i32) (param $most i32) (result i32)
  (local $address i32) (local $note i32) (local $at i32) (local $length i32) (local $found i32) (local $entry i32) (local $stamp i32)
  (local $dictionary i32) ${KEY_LOCALS}
  (local.set $dictionary (i32.const ${DICTIONARY_AT}))
  (block $stop
    (loop $again
      (br_if $stop (i32.ge_s (local.get $miss) (local.get $misses)))
      (local.set $address ${item(`(i32.const ${MISSES_AT})`, 'miss', 3)})
      (local.set $note (i32.add (local.get $notes) (i32.shl (i32.load (local.get $address)) (i32.const 3))))
      (local.set $length (i32.load offset=4 (local.get $note)))
      (br_if $stop ${HAS_OTHER_LENGTH})
      (local.set $at ${NOTED_AT})
      ${KEY}
      (local.set $probes (i32.const ${PROBES}))
      (block $hit
        (loop $probe
          (local.set $found (i32.load16_u ${item('(local.get $slots)', 'slot', 1)}))
          (br_if $stop (i32.eqz (local.get $found)))
          (local.set $entry ${item('(local.get $entries)', 'found', 5)})
          (br_if $hit (i32.eqz ${IS_OTHER_TEXT}))
          ${STEP})
        (br $stop))
      (local.set $stamp (i32.load ${item('(local.get $stamps)', 'found', 2)}))
      (if ${IS_NOT_PLACED} (then
        (br_if $stop (i32.ge_s (local.get $next) (local.get $most)))
        (local.set $stamp (i32.or (i32.shl (local.get $group) (i32.const 16)) (local.get $next)))
        (i32.store ${item('(local.get $stamps)', 'found', 2)} (local.get $stamp))
        ${increase('next')}
        (i32.store (local.get $dictionary) (local.get $length))
        (v128.store offset=4 (local.get $dictionary) (local.get $key))
        (v128.store offset=20 (local.get $dictionary) (local.get $rest))
        ${increase('dictionary', '(i32.add (local.get $length) (i32.const 4))')}))
      (i32.store16
        (i32.add (i32.const ${PLACES_AT}) (i32.shl (i32.sub (i32.load offset=4 (local.get $address)) (local.get $removed)) (i32.const 1)))
        (local.get $stamp))
      ${increase('miss')}
      (br $again)))
  (i32.store (i32.const ${FIRST_RESULT_AT}) (local.get $next))
  (i32.store (i32.const ${SECOND_RESULT_AT}) (local.get $dictionary))
  (local.get $miss))

;; Enters the text at $at, which the table does not have, under its number, where a slot is free near by.
(func $enter (param $at i32) (param $length i32) (param $slots i32) (param $entries i32) (param $number i32)
  (local $address i32) ${KEY_LOCALS}
  ${KEY}
  ${increase('number')}
  (local.set $probes (i32.const ${PROBES}))
  (loop $probe
    (local.set $address ${item('(local.get $slots)', 'slot', 1)})
    (if (i32.eqz (i32.load16_u (local.get $address))) (then
      (i32.store16 (local.get $address) (local.get $number))
      (local.set $address ${item('(local.get $entries)', 'number', 5)})
      (v128.store (local.get $address) (local.get $key))
      (v128.store offset=16 (local.get $address) (local.get $rest))
      (return)))
    ${STEP}))`;

/** Counting lines, sixteen bytes at a time, in the text format of WebAssembly. */

const LF = 0x0a;
const CR = 0x0d;

const equal = (bytes: string, byte: string): string => `(i8x16.eq ${bytes} (i8x16.splat ${byte}))`;
const lineEnds = (bytes: string): string => `(v128.or ${equal(bytes, `(i32.const ${LF})`)} ${equal(bytes, `(i32.const ${CR})`)})`;
/** Of sixteen bytes those that are of the stretch. */
const those = (bytes: string): string => `(i32.and (i8x16.bitmask ${bytes}) (local.get $there))`;
/** Bytes behind those of $bits; behind the one before the sixteen where $first is 1. */
const before = (bits: string, first: string): string => `(i32.or (i32.shl (local.get $${bits}) (i32.const 1)) (local.get $${first}))`;
const except = (bits: string, others: string): string => `(i32.and ${bits} (i32.xor ${others} (i32.const -1)))`;
const lastOf = (bits: string): string => `(i32.and (i32.shr_u (local.get $${bits}) (i32.const 15)) (i32.const 1))`;

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
  (local.get $lines))

;; The same for lines with quotes, in which a line end between quotes does not count: twice the lines, and one more where the stretch ends
;; between quotes. -1 where a quote opens anywhere but at the start of a field, or something else follows one that closes. Bit by byte of
;; sixteen, the first byte lowest; what came before the stretch is told by four numbers, 0 or 1: it is $quoted, a quote $opens there, one has
;; $closed with its last byte, a line has $ended.
(func $quotedLines (param $at i32) (param $end i32) (param $quote i32) (param $delimiter i32)
  (param $quoted i32) (param $opens i32) (param $closed i32) (param $ended i32) (result i32)
  (local $lines i32) (local $bytes v128) (local $there i32) (local $quotes i32) (local $ends i32) (local $marks i32)
  (local $parity i32) (local $within i32) (local $closing i32)
  (block $stop
    (loop $next
      (br_if $stop (i32.ge_u (local.get $at) (local.get $end)))
      (local.set $bytes (v128.load (local.get $at)))
      (local.set $there (select (i32.const 0xffff)
        (i32.sub (i32.shl (i32.const 1) (i32.sub (local.get $end) (local.get $at))) (i32.const 1))
        (i32.ge_u (i32.sub (local.get $end) (local.get $at)) (i32.const 16))))
      (local.set $quotes ${those(equal('(local.get $bytes)', '(local.get $quote)'))})
      (local.set $ends ${those(lineEnds('(local.get $bytes)'))})
      (local.set $marks (i32.or (i32.or (local.get $quotes) (local.get $ends)) ${those(equal('(local.get $bytes)', '(local.get $delimiter)'))}))
      ;; How many quotes there are up to each byte, odd or even: behind an odd number a byte is between quotes.
      (local.set $parity (local.get $quotes))
      ${[1, 2, 4, 8].map((bits) => `(local.set $parity (i32.xor (local.get $parity) (i32.shl (local.get $parity) (i32.const ${bits}))))`).join('\n      ')}
      (local.set $within (i32.xor (i32.shl (local.get $parity) (i32.const 1)) (i32.sub (i32.const 0) (local.get $quoted))))
      (local.set $closing (i32.and (local.get $quotes) (local.get $within)))
      (if (i32.or
          ${except(except('(local.get $quotes)', '(local.get $within)'), before('marks', 'opens'))}
          ${except(`(i32.and ${before('closing', 'closed')} (local.get $there))`, '(local.get $marks)')})
        (then (return (i32.const -1))))
      (local.set $lines (i32.add (local.get $lines) (i32.popcnt
        ${except(except('(local.get $ends)', '(local.get $within)'), before('ends', 'ended'))})))
      (local.set $opens ${lastOf('marks')})
      (local.set $closed ${lastOf('closing')})
      (local.set $ended ${lastOf('ends')})
      (local.set $quoted (i32.xor (local.get $quoted) ${lastOf('parity')}))
      (local.set $at (i32.add (local.get $at) (i32.const 16)))
      (br $next)))
  (i32.add (i32.shl (local.get $lines) (i32.const 1)) (local.get $quoted)))`;

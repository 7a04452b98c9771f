/** Building the decoding tables of a block of deflate (RFC 1951, 3.2.2 and 3.2.7) in the text format of WebAssembly. */
import * as AT from './inflate-layout.ts';
import { add, and, bufferAtPosition, entryPlace, extraBits, get, i32, i64, increase, lookUp, low, set } from './inflate-text.ts';
import { shiftLeft, shiftRight, subtract, taken, when, widened } from './inflate-text.ts';

const ONE = i32(1);
const WORD_SHIFT = i32(2);
const LITERALS = i32(256);
const LOW_BITS = i32(AT.SLOW | AT.EXCEPTION);
const INVALID_ENTRY = i64(AT.SLOW | AT.EXCEPTION | (AT.KIND.invalid << AT.KIND_SHIFT) | 1);
/** The high word, and what the entry takes. */
const WITHOUT_EXTRA_BITS = i64(0xffff_ffff_0000_0000n | BigInt(AT.TAKEN_MASK));
const FIRST_LITERAL = i64(0xffn << 32n);
const SECOND_LITERAL = i64(0xffn << 40n);
const NO_LENGTH = i64(1n << 63n);

const forEach = (index: string, count: string, ...body: string[]): string => `
  ${set(index, i32(0))}
  (block $none
    (loop $each
      (br_if $none (i32.ge_u ${get(index)} ${count}))
      ${body.join('\n')}
      ${increase(index, ONE)}
      (br $each)))`;
const word = (array: number, index: string): string => `(i32.load offset=${array} ${shiftLeft(index, WORD_SHIFT)})`;
const setWord = (array: number, index: string, value: string): string =>
  `(i32.store offset=${array} ${shiftLeft(index, WORD_SHIFT)} ${value})`;
const READ_LENGTH = set('length', `(i32.load8_u ${add(get('lengths'), get('symbol'))})`);

/** Codes stand in the input with their first bit lowest: $code with its $length bits the other way round. */
const swapped = (bits: number, mask: number): string =>
  set(
    'reversed',
    `(i32.or ${and(shiftRight(get('reversed'), i32(bits)), i32(mask))} ${shiftLeft(and(get('reversed'), i32(mask)), i32(bits))})`,
  );
const REVERSE = `
  ${set('reversed', get('code'))}
  ${swapped(1, 0x5555)} ${swapped(2, 0x3333)} ${swapped(4, 0x0f0f)} ${swapped(8, 0x00ff)}
  ${set('reversed', shiftRight(get('reversed'), subtract(i32(16), get('length'))))}`;

/** Entries with every index below `size` whose first `bits` are those of `first`; `each` is what an index adds to what is done for it. */
const fill = (table: string, first: string, bits: string, size: string, entry: string, each = ''): string => `
  ${set('index', first)}
  (loop $same
    (i64.store ${add(table, entryPlace(get('index')))} ${entry})
    ${each}
    ${increase('index', shiftLeft(ONE, bits))}
    (br_if $same (i32.lt_u ${get('index')} ${size})))`;

/** Lengths whose extra bits the table's index has are entries without extra bits, one for each value. */
const HAS_EXTRA_BITS_WITHIN = and(`(i32.eq ${and(low('entry'), LOW_BITS)} ${i32(AT.SLOW)})`, `(i32.le_u ${taken('entry')} ${get('bits')})`);
const FILL_LENGTHS = `
  ${set('mask', shiftRight(low('entry'), i32(AT.MASK_SHIFT)))}
  ${set('entry', `(i64.and ${get('entry')} ${WITHOUT_EXTRA_BITS})`)}
  ${set('extra', i32(0))}
  ${fill(
    get('table'),
    get('reversed'),
    get('length'),
    get('size'),
    `(i64.add ${get('entry')} (i64.shl ${widened(and(get('extra'), get('mask')))} ${i64(32 + AT.HIGH_SHIFT)}))`,
    increase('extra', ONE),
  )}`;

/** Longer codes are the last ones: their first bits, counted from those of the first of them, are the number of their table. */
const OTHER_BITS = subtract(i32(AT.MAX_BITS), get('bits'));
const LONGER_BITS = subtract(get('length'), get('bits'));
const FILL_LONG = `
  ${set('number', subtract(shiftRight(get('code'), LONGER_BITS), get('firstLong')))}
  ${set('long', add(get('table'), entryPlace(add(get('size'), shiftLeft(get('number'), OTHER_BITS)))))}
  (i64.store
    ${add(get('table'), entryPlace(and(get('reversed'), subtract(get('size'), ONE))))}
    (i64.or (i64.shl ${widened(get('long'))} ${i64(32)}) ${i64(AT.SLOW | AT.EXCEPTION)}))
  ${fill(get('long'), shiftRight(get('reversed'), get('bits')), LONGER_BITS, shiftLeft(ONE, OTHER_BITS), get('entry'))}`;

/** The code's length is what an entry takes more, and how far behind its extra bits begin. */
const CODE_LENGTH = widened(`(i32.mul ${get('length')} ${i32(1 | (1 << AT.EXTRA_SHIFT))})`);
const symbolEntry = (symbols: string): string => `(i64.add (i64.load ${add(symbols, entryPlace(get('symbol')))}) ${CODE_LENGTH})`;
const ENTER = when(
  get('length'),
  set('code', word(AT.NEXT_CODES_AT, get('length'))),
  setWord(AT.NEXT_CODES_AT, get('length'), add(get('code'), ONE)),
  REVERSE,
  `(i32.store16 offset=${AT.CODES_AT} ${shiftLeft(get('symbol'), ONE)} ${get('reversed')})`,
  set('entry', symbolEntry(get('symbols'))),
  `(if ${HAS_EXTRA_BITS_WITHIN}
    (then ${FILL_LENGTHS})
    (else (if (i32.le_u ${get('length')} ${get('bits')})
      (then ${fill(get('table'), get('reversed'), get('length'), get('size'), get('entry'))})
      (else ${FILL_LONG}))))`,
);

/** RFC 1951, 3.2.2: the first code of each length; $left is how many codes of that length are free, as zlib counts them. */
const COUNT_CODES = `
  ${[0, 16, 32, 48].map((at) => `(v128.store ${i32(AT.COUNTS_AT + at)} (v128.const 0 0 0 0))`).join('\n')}
  ${forEach('symbol', get('count'), READ_LENGTH, setWord(AT.COUNTS_AT, get('length'), add(word(AT.COUNTS_AT, get('length')), ONE)))}
  ${set('used', subtract(get('count'), word(AT.COUNTS_AT, i32(0))))}
  ${setWord(AT.COUNTS_AT, i32(0), i32(0))}
  ${set('left', ONE)}
  ${set('length', ONE)}
  (loop $longer
    ${set('code', shiftLeft(add(get('code'), word(AT.COUNTS_AT, subtract(get('length'), ONE))), ONE))}
    ${setWord(AT.NEXT_CODES_AT, get('length'), get('code'))}
    ${set('left', subtract(shiftLeft(get('left'), ONE), word(AT.COUNTS_AT, get('length'))))}
    ${when(`(i32.lt_s ${get('left')} ${i32(0)})`, `(return ${i32(-1)})`)}
    ${increase('length', ONE)}
    (br_if $longer (i32.le_u ${get('length')} ${i32(AT.MAX_BITS)})))`;

/** What may follow a literal in its entry: the entries of short codes, with a literal as the second. */
const WRITE_SECONDS = forEach(
  'index',
  i32(2 ** AT.SECOND_BITS),
  set('entry', `(i64.load offset=${AT.LITERAL_TABLE_AT} ${entryPlace(get('index'))})`),
  `(i64.store offset=${AT.SECONDS_AT} ${entryPlace(get('index'))} (i64.or
    (i64.and ${get('entry')} (i64.xor ${FIRST_LITERAL} ${i64(-1)}))
    (i64.and (i64.shl ${get('entry')} ${i64(8)}) ${SECOND_LITERAL})))`,
);
/** Entries that the fast loop does not know have bits above those that they take, and so never fit. */
const SECOND = and(get('place'), i32((2 ** AT.SECOND_BITS - 1) * AT.ENTRY_BYTES));
const WRITE_PAIRS = `
  ${set('entry', symbolEntry(i32(AT.LITERAL_SYMBOLS_AT)))}
  ${set('first', `(i64.xor ${get('entry')} ${NO_LENGTH})`)}
  ${set('most', subtract(i32(AT.LITERAL_BITS), get('length')))}
  ${set('at', entryPlace(`(i32.load16_u offset=${AT.CODES_AT} ${shiftLeft(get('symbol'), ONE)})`))}
  ${set('end', entryPlace(shiftLeft(ONE, get('most'))))}
  ${when(`(i32.gt_u ${get('most')} ${i32(AT.SECOND_BITS)})`, set('most', i32(AT.SECOND_BITS)))}
  ${set('place', i32(0))}
  (loop $second
    (i64.store offset=${AT.LITERAL_TABLE_AT} ${add(get('at'), shiftLeft(get('place'), get('length')))}
      (select
        (i64.add ${get('first')} (i64.load offset=${AT.SECONDS_AT} ${SECOND}))
        ${get('entry')}
        (i32.le_u (i32.load8_u offset=${AT.SECONDS_AT} ${SECOND}) ${get('most')})))
    ${increase('place', i32(AT.ENTRY_BYTES))}
    (br_if $second (i32.lt_u ${get('place')} ${get('end')})))`;

export const TABLE_SOURCE = `
;; Builds the table of the code that the bytes at $lengths describe, for $count symbols whose entries stand at $symbols, with indexes
;; of $bits bits. Gives 0 for a complete code, 1 for a single code of one bit, 2 for no code (zlib takes both, and refuses what is none of
;; their codes when it comes), -1 for any other, which is refused.
(func $build (param $lengths i32) (param $count i32) (param $symbols i32) (param $table i32) (param $bits i32) (result i32)
  (local $symbol i32) (local $length i32) (local $code i32) (local $left i32) (local $used i32) (local $reversed i32) (local $entry i64)
  (local $index i32) (local $size i32) (local $firstLong i32) (local $number i32) (local $long i32) (local $mask i32) (local $extra i32)
  ${COUNT_CODES}
  ${set('size', shiftLeft(ONE, get('bits')))}
  ${when(
    get('left'),
    when(`(i32.ne ${get('used')} ${word(AT.COUNTS_AT, ONE)})`, `(return ${i32(-1)})`),
    fill(get('table'), i32(0), i32(0), get('size'), INVALID_ENTRY),
  )}
  ${set('firstLong', add(word(AT.NEXT_CODES_AT, get('bits')), word(AT.COUNTS_AT, get('bits'))))}
  ${forEach('symbol', get('count'), READ_LENGTH, ENTER)}
  ${shiftRight(get('left'), i32(AT.MAX_BITS - 1))})

;; Puts what follows a literal into its entry, where the index has the bits of both: another literal or a length. Half of all matches of a
;; text come behind one literal or two, and no one can guess behind how many. The table of literals is the last that was built, from
;; $lengths.
(func $pair (param $lengths i32)
  (local $symbol i32) (local $length i32) (local $index i32) (local $entry i64) (local $first i64) (local $most i32) (local $at i32)
  (local $end i32) (local $place i32)
  ${WRITE_SECONDS}
  ${forEach('symbol', LITERALS, READ_LENGTH, when(`(i32.lt_u ${subtract(get('length'), ONE)} ${i32(AT.LITERAL_BITS - 1)})`, WRITE_PAIRS))})

;; Reads $count code lengths from $position, in bits; the result is the position behind them. Gives 1, or 0 where a repetition has nothing
;; to repeat or goes on behind the last. Bytes behind the input may be read, and mean nothing.
(func $codeLengths (param $position i32) (param $count i32) (result i32)
  (local $symbol i32) (local $buffer i64) (local $entry i64) (local $high i32) (local $place i32) (local $length i32) (local $times i32)
  (local $done i32)
  (block $stop
    (loop $next
      (br_if $stop (i32.ge_u ${get('symbol')} ${get('count')}))
      ${set('buffer', bufferAtPosition)}
      ${lookUp('entry', AT.CODE_LENGTH_TABLE_AT, AT.CODE_LENGTH_BITS)}
      ${set('length', shiftRight(get('high'), i32(AT.HIGH_SHIFT)))}
      ${set('times', add(and(get('high'), i32(0xffff)), extraBits('entry')))}
      ${increase('position', taken('entry'))}
      ${when(
        `(i32.eq ${get('length')} ${i32(AT.PREVIOUS_LENGTH)})`,
        `(br_if $stop (i32.eqz ${get('symbol')}))`,
        set('length', `(i32.load8_u offset=${AT.LENGTHS_AT - 1} ${get('symbol')})`),
      )}
      ${set('done', i32(0))}
      (loop $repeat
        (v128.store offset=${AT.LENGTHS_AT} ${add(get('symbol'), get('done'))} (i8x16.splat ${get('length')}))
        ${increase('done', i32(16))}
        (br_if $repeat (i32.lt_u ${get('done')} ${get('times')})))
      ${increase('symbol', get('times'))}
      (br $next)))
  (i32.store ${i32(AT.POSITION_AT)} ${get('position')})
  (i32.eq ${get('symbol')} ${get('count')}))
`;

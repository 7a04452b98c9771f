/**
 * Reading the symbols of a compressed block of deflate (RFC 1951, 3.2.3) in the text format of WebAssembly.
 *
 * Two loops take turns. The fast one works on a bit buffer that one load fills up, checks neither the end of the input nor that of the
 * output within a round, and knows the entries that are not SLOW. Whatever else comes, the careful one reads, one symbol from where it
 * begins: a longer code, the end of the block, a fault, the last bytes of the input. So each rule stands once, and the fast loop is short.
 */
import * as AT from './inflate-layout.ts';
import { add, and, bufferAtPosition, extraBits, get, i32, i64, increase, lookUp, lookUpLong, low, set } from './inflate-text.ts';
import { shiftLeft, shiftRight, subtract, taken, when, widened } from './inflate-text.ts';

/** Why reading symbols ends. */
export const STATUS = { endOfBlock: 0, needsInput: 1, needsOutput: 2, invalidLength: 3, invalidDistance: 4, tooFarBack: 5 } as const;

const VECTOR = i32(16);
const LOAD_BYTES = 8;

/** Bits that the buffer holds, BUFFER_SHIFT included: the low six of $held, whose others say nothing. */
const HELD = and(low('held'), i32(63));
const lookUpLiteral = lookUp('entry', AT.LITERAL_TABLE_AT, AT.LITERAL_BITS);
const lookUpDistance = lookUp('far', AT.DISTANCE_TABLE_AT, AT.DISTANCE_BITS);
const isSlow = (entry: string): string => and(low(entry), i32(AT.SLOW));
const isException = (entry: string): string => and(low(entry), i32(AT.EXCEPTION));
const HAS_NO_LENGTH = `(i32.lt_s ${get('high')} ${i32(0)})`;
const LENGTH = shiftRight(get('high'), i32(AT.HIGH_SHIFT));
const IS_TOO_FAR_BACK = `(i32.lt_s ${get('from')} ${get('floor')})`;

/** The literals of $entry: two bytes are written, whatever there are. */
const COUNT = and(shiftRight(low('entry'), i32(AT.COUNT_SHIFT)), i32(3));
const PUT_LITERALS = `(i32.store16 ${get('out')} ${get('high')}) ${increase('out', COUNT)}`;
const TAKE_LITERALS_BACK = set('out', subtract(get('out'), COUNT));

/** $distance and $from, of the entry $far. */
const LOCATE = `
  ${set('distance', add(get('high'), extraBits('far')))}
  ${set('from', subtract(get('out'), get('distance')))}`;

const copyVector = (done: string): string => `(v128.store ${add(get('out'), done)} (v128.load ${add(get('from'), done)}))`;
const PATTERN = `(v128.load offset=${AT.PATTERNS_AT} ${shiftLeft(get('distance'), i32(4))})`;
/**
 * Copies a match by vectors, which may write up to 31 bytes behind it. At distances from 16 on a vector reads nothing that is not written;
 * two at once, since a loop whose length is hard to guess costs more than the second. Nearer by, a vector of repeated bytes is written.
 */
const COPY = `
  (if (i32.ge_u ${get('distance')} ${VECTOR})
    (then
      (v128.store ${get('out')} (v128.load ${get('from')}))
      (v128.store offset=16 ${get('out')} (v128.load offset=16 ${get('from')}))
      (if (i32.gt_u ${get('length')} ${i32(32)}) (then
        ${set('done', i32(32))}
        (loop $vector
          ${copyVector(get('done'))}
          ${increase('done', VECTOR)}
          (br_if $vector (i32.lt_u ${get('done')} ${get('length')}))))))
    (else
      ${set('repeated', `(i8x16.swizzle (v128.load ${get('from')}) ${PATTERN})`)}
      ${set('period', `(i32.load8_u offset=${AT.PERIODS_AT} ${get('distance')})`)}
      ${set('done', i32(0))}
      (loop $repetition
        (v128.store ${add(get('out'), get('done'))} ${get('repeated')})
        ${increase('done', get('period'))}
        (br_if $repetition (i32.lt_u ${get('done')} ${get('length')})))))
  ${increase('out', get('length'))}`;

/** The load brings bits that the buffer has already, too, and changes none of these; $in is the byte behind the whole ones. */
const FILL_UP = `
  ${set('buffer', `(i64.or ${get('buffer')} (i64.shl (i64.load ${get('in')}) ${get('held')}))`)}
  ${increase('in', and(shiftRight(`(i32.xor ${low('held')} ${i32(63)})`, i32(3)), i32(7)))}
  ${set('held', `(i64.or ${get('held')} ${i64(56)})`)}`;
/** Shifts look at six bits of the entry only, and so does whoever looks at $held. */
const take = (entry: string): string => `
  ${set('buffer', `(i64.shr_u ${get('buffer')} ${get(entry)})`)}
  ${set('held', `(i64.sub ${get('held')} ${get(entry)})`)}`;
const POSITION = subtract(shiftLeft(get('in'), i32(3)), subtract(HELD, i32(AT.BUFFER_SHIFT)));

const FAST = `
  ${set('buffer', bufferAtPosition)}
  ${set('held', widened(subtract(i32(56 + AT.BUFFER_SHIFT), and(get('position'), i32(7)))))}
  ${set('in', add(shiftRight(get('position'), i32(3)), i32(7)))}
  (block $leave
    (loop $fast
      (br_if $leave (i32.gt_u ${get('in')} ${get('lastLoad')}))
      (br_if $leave (i32.ge_u ${get('out')} ${get('limit')}))
      ${FILL_UP}
      ${lookUpLiteral}
      ${PUT_LITERALS}
      (block $match
        (br_if $match (i32.ge_s ${get('high')} ${i32(0)}))
        ${take('entry')}
        ${lookUpLiteral}
        ${PUT_LITERALS}
        (br_if $match (i32.ge_s ${get('high')} ${i32(0)}))
        ${take('entry')}
        (br $fast))
      (br_if $leave ${isSlow('entry')})
      ${set('length', LENGTH)}
      ${take('entry')}
      ${lookUpDistance}
      ${LOCATE}
      (if (i32.or ${isSlow('far')} ${IS_TOO_FAR_BACK}) (then
        ${TAKE_LITERALS_BACK}
        ${set('position', subtract(POSITION, taken('entry')))}
        (br $careful)))
      ${take('far')}
      ${COPY}
      (br $fast)))
  ${set('position', POSITION)}`;

const end = (status: number): string => `${set('status', i32(status))} (br $end)`;
const ENDS_BEHIND_INPUT = `(i32.gt_u ${get('next')} ${get('endBits')})`;
/**
 * An entry that is not whole may begin with a literal that is: how much of a stream that breaks off can be had is not to depend on where its
 * pieces end. The literal stands at $out; code lengths stay where the table was made of them.
 */
const FIRST_LITERAL = `
  ${when(`(i32.eqz ${COUNT})`, end(STATUS.needsInput))}
  ${set('next', add(get('position'), `(i32.load8_u offset=${AT.LENGTHS_AT} (i32.load8_u ${get('out')}))`))}
  ${when(ENDS_BEHIND_INPUT, end(STATUS.needsInput))}
  ${increase('out', i32(1))}
  ${set('position', get('next'))}
  (br $again)`;
const IS_END_OF_BLOCK = `(i32.eq ${shiftRight(low('entry'), i32(AT.KIND_SHIFT))} ${i32(AT.KIND.endOfBlock)})`;
/**
 * A symbol is whole where it ends within the input: a code that goes on behind the end takes bits behind it whatever stands there. Nothing
 * of a symbol that is not whole is kept.
 */
const CAREFUL = `
  ${when(`(i32.ge_u ${get('out')} ${get('limit')})`, end(STATUS.needsOutput))}
  ${set('buffer', bufferAtPosition)}
  ${lookUpLiteral}
  ${lookUpLong('entry', AT.LITERAL_BITS)}
  ${set('next', add(get('position'), taken('entry')))}
  ${when(ENDS_BEHIND_INPUT, `(i32.store16 ${get('out')} ${get('high')})`, FIRST_LITERAL)}
  ${when(isException('entry'), when(IS_END_OF_BLOCK, set('position', get('next')), end(STATUS.endOfBlock)), end(STATUS.invalidLength))}
  ${PUT_LITERALS}
  ${when(HAS_NO_LENGTH, set('position', get('next')), '(br $again)')}
  ${set('length', add(LENGTH, extraBits('entry')))}
  ${set('buffer', `(i64.shr_u ${get('buffer')} ${get('entry')})`)}
  ${lookUpDistance}
  ${lookUpLong('far', AT.DISTANCE_BITS)}
  ${increase('next', taken('far'))}
  ${when(ENDS_BEHIND_INPUT, TAKE_LITERALS_BACK, FIRST_LITERAL)}
  ${when(isException('far'), end(STATUS.invalidDistance))}
  ${LOCATE}
  ${when(IS_TOO_FAR_BACK, end(STATUS.tooFarBack))}
  ${set('position', get('next'))}
  ${COPY}
  (br $again)`;

export const INFLATE_SOURCE = `
;; Reads symbols from $position, in bits, of an input that ends with the byte before $end, and writes to $out, as long as it is below
;; $limit. What matches may refer to begins at $floor. Gives a STATUS; the results are the position behind the last symbol and the end of
;; the output. Up to eight bytes behind the input are read, and mean nothing.
(func $inflate (param $position i32) (param $end i32) (param $out i32) (param $limit i32) (param $floor i32) (result i32)
  (local $buffer i64) (local $held i64) (local $in i32) (local $lastLoad i32) (local $endBits i32) (local $next i32) (local $status i32)
  (local $entry i64) (local $far i64) (local $high i32) (local $place i32) (local $length i32) (local $distance i32) (local $from i32)
  (local $done i32) (local $period i32) (local $repeated v128)
  ${set('lastLoad', subtract(get('end'), i32(LOAD_BYTES)))}
  ${set('endBits', shiftLeft(get('end'), i32(3)))}
  (block $end
    (loop $again
      (block $careful ${FAST})
      ${CAREFUL}))
  (i32.store ${i32(AT.POSITION_AT)} ${get('position')})
  (i32.store ${i32(AT.END_AT)} ${get('out')})
  ${get('status')})
`;

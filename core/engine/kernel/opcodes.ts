/**
 * The instructions of WebAssembly that kernels, scanners and the inflater use, and what stands behind each in the binary format.
 * Source: https://webassembly.github.io/spec/core/binary/instructions.html
 */

/** What follows an opcode: nothing, the number of a local or of a function, a constant, an alignment and an offset, a lane, a v128. */
export type Immediate = 'none' | 'index' | 'i32' | 'i64' | 'f64' | 'memory' | 'lane' | 'v128';

export interface Instruction {
  readonly code: readonly number[];
  readonly immediate: Immediate;
  /** Of a memory access: the logarithm of its width. */
  readonly align?: number;
}

const plain = (...code: number[]): Instruction => ({ code, immediate: 'none' });
const index = (code: number): Instruction => ({ code: [code], immediate: 'index' });
const memory = (align: number, ...code: number[]): Instruction => ({ code, immediate: 'memory', align });
const lane = (...code: number[]): Instruction => ({ code, immediate: 'lane' });
/** Prefix of the instructions on vectors. */
const SIMD = 0xfd;

export const INSTRUCTIONS: Readonly<Record<string, Instruction>> = {
  return: plain(0x0f),
  select: plain(0x1b),
  call: index(0x10),
  'local.get': index(0x20),
  'local.set': index(0x21),
  'local.tee': index(0x22),
  'i32.load': memory(2, 0x28),
  'i64.load': memory(3, 0x29),
  'f64.load': memory(3, 0x2b),
  'i32.load8_u': memory(0, 0x2d),
  'i32.load16_u': memory(1, 0x2f),
  'i32.store': memory(2, 0x36),
  'i64.store': memory(3, 0x37),
  'f64.store': memory(3, 0x39),
  'i32.store8': memory(0, 0x3a),
  'i32.store16': memory(1, 0x3b),
  'i32.const': { code: [0x41], immediate: 'i32' },
  'i64.const': { code: [0x42], immediate: 'i64' },
  'f64.const': { code: [0x44], immediate: 'f64' },
  'i32.eqz': plain(0x45),
  'i32.eq': plain(0x46),
  'i32.ne': plain(0x47),
  'i32.lt_s': plain(0x48),
  'i32.lt_u': plain(0x49),
  'i32.gt_s': plain(0x4a),
  'i32.gt_u': plain(0x4b),
  'i32.le_s': plain(0x4c),
  'i32.le_u': plain(0x4d),
  'i32.ge_s': plain(0x4e),
  'i32.ge_u': plain(0x4f),
  'f64.eq': plain(0x61),
  'f64.ne': plain(0x62),
  'f64.lt': plain(0x63),
  'f64.gt': plain(0x64),
  'f64.le': plain(0x65),
  'f64.ge': plain(0x66),
  'i32.clz': plain(0x67),
  'i32.popcnt': plain(0x69),
  'i32.add': plain(0x6a),
  'i32.sub': plain(0x6b),
  'i32.mul': plain(0x6c),
  'i32.and': plain(0x71),
  'i32.or': plain(0x72),
  'i32.xor': plain(0x73),
  'i32.shl': plain(0x74),
  'i32.shr_s': plain(0x75),
  'i32.shr_u': plain(0x76),
  'i32.rotl': plain(0x77),
  'i64.add': plain(0x7c),
  'i64.sub': plain(0x7d),
  'i64.mul': plain(0x7e),
  'i64.and': plain(0x83),
  'i64.or': plain(0x84),
  'i64.xor': plain(0x85),
  'i64.shl': plain(0x86),
  'i64.shr_s': plain(0x87),
  'i64.shr_u': plain(0x88),
  'f64.abs': plain(0x99),
  'f64.neg': plain(0x9a),
  'f64.floor': plain(0x9c),
  'f64.add': plain(0xa0),
  'f64.sub': plain(0xa1),
  'f64.mul': plain(0xa2),
  'f64.div': plain(0xa3),
  'i32.wrap_i64': plain(0xa7),
  'i64.extend_i32_u': plain(0xad),
  'f64.convert_i32_s': plain(0xb7),
  'f64.convert_i32_u': plain(0xb8),
  'i64.trunc_sat_f64_s': plain(0xfc, 0x06),
  'v128.load': memory(4, SIMD, 0x00),
  'v128.store': memory(4, SIMD, 0x0b),
  'v128.const': { code: [SIMD, 0x0c], immediate: 'v128' },
  'i8x16.swizzle': plain(SIMD, 0x0e),
  'i8x16.splat': plain(SIMD, 0x0f),
  'i32x4.splat': plain(SIMD, 0x11),
  'i8x16.replace_lane': lane(SIMD, 0x17),
  'i32x4.extract_lane': lane(SIMD, 0x1b),
  'i64x2.extract_lane': lane(SIMD, 0x1d),
  'i8x16.eq': plain(SIMD, 0x23),
  'v128.and': plain(SIMD, 0x4e),
  'v128.andnot': plain(SIMD, 0x4f),
  'v128.or': plain(SIMD, 0x50),
  'v128.xor': plain(SIMD, 0x51),
  'v128.any_true': plain(SIMD, 0x53),
  'i8x16.bitmask': plain(SIMD, 0x64),
  'i32x4.shl': plain(SIMD, 0xab, 0x01),
  'i32x4.shr_u': plain(SIMD, 0xad, 0x01),
  'i32x4.add': plain(SIMD, 0xae, 0x01),
  'i32x4.mul': plain(SIMD, 0xb5, 0x01),
};

export const CONTROL = { block: 0x02, loop: 0x03, if: 0x04, else: 0x05, end: 0x0b, br: 0x0c, brIf: 0x0d, empty: 0x40 } as const;
export const VALUE_TYPES: Readonly<Record<string, number>> = { i32: 0x7f, i64: 0x7e, f64: 0x7c, v128: 0x7b };

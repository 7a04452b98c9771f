/** The kernel's hash of rows (output/row-hash.ts says which), in the text format of WebAssembly: the four lanes of a seed are one vector. */

const P1 = 0x9e3779b1;
const P2 = 0x85ebca77;
const P3 = 0xc2b2ae3d;
const P4 = 0x27d4eb2f;
const P5 = 0x165667b1;

const add = (left: string, right: string): string => `(i32.add ${left} ${right})`;
const get = (name: string): string => `(local.get $${name})`;
const set = (name: string, value: string): string => `(local.set $${name} ${value})`;
const constant = (value: number): string => `(i32.const ${value})`;

function round(lanes: string): string {
  return `
        (local.set $${lanes} (i32x4.add (local.get $${lanes}) (local.get $words)))
        (local.set $${lanes} (i32x4.mul
          (v128.or (i32x4.shl (local.get $${lanes}) (i32.const 13)) (i32x4.shr_u (local.get $${lanes}) (i32.const 19)))
          (i32x4.splat (i32.const ${P1}))))`;
}

function joined(lanes: string): string {
  const lane = (index: number, bits: number): string => `(i32.rotl (i32x4.extract_lane ${index} ${get(lanes)}) ${constant(bits)})`;
  return add(add(lane(0, 1), lane(1, 7)), add(lane(2, 12), lane(3, 18)));
}

function tail(name: string, bits: number, factor: number): string {
  return set(name, `(i32.mul (i32.rotl ${add(get(name), get('word'))} ${constant(bits)}) ${constant(factor)})`);
}

function avalanche(name: string): string {
  const fold = (bits: number): string => `(i32.xor ${get(name)} (i32.shr_u ${get(name)} ${constant(bits)}))`;
  return [set(name, `(i32.mul ${fold(15)} ${constant(P2)})`), set(name, `(i32.mul ${fold(13)} ${constant(P3)})`), set(name, fold(16))].join(
    '\n',
  );
}

const bump = (name: string, by: number): string => set(name, add(get(name), constant(by)));

export const HASH_SOURCE = `
;; Two words to $out for each of $rows rows; where they begin, from $input, and how long they are stands at $offsets and $lengths.
(func $hashRows (param $offsets i32) (param $lengths i32) (param $rows i32) (param $input i32) (param $out i32)
  (local $at i32) (local $end i32) (local $length i32) (local $low i32) (local $high i32) (local $word i32)
  (local $words v128) (local $a v128) (local $b v128)
  (block $stop
    (loop $next
      (br_if $stop (i32.eqz (local.get $rows)))
      (local.set $at (i32.add (local.get $input) (i32.load (local.get $offsets))))
      (local.set $length (i32.load (local.get $lengths)))
      (local.set $end (i32.add (local.get $at) (local.get $length)))
      (local.set $low (i32.const ${P5}))
      (local.set $high (i32.const ${P5 + 1}))
      (if (i32.ge_s (local.get $length) (i32.const 16)) (then
        (local.set $a (v128.const ${P1 + P2} ${P2} 0 ${-P1}))
        (local.set $b (v128.const ${P1 + P2 + 1} ${P2 + 1} 1 ${1 - P1}))
        (loop $stripe
          (local.set $words (i32x4.mul (v128.load (local.get $at)) (i32x4.splat (i32.const ${P2}))))
          ${round('a')}
          ${round('b')}
          ${bump('at', 16)}
          (br_if $stripe (i32.le_s (i32.add (local.get $at) (i32.const 16)) (local.get $end))))
        (local.set $low ${joined('a')})
        (local.set $high ${joined('b')})))
      (local.set $low (i32.add (local.get $low) (local.get $length)))
      (local.set $high (i32.add (local.get $high) (local.get $length)))
      (block $words
        (loop $fours
          (br_if $words (i32.gt_s (i32.add (local.get $at) (i32.const 4)) (local.get $end)))
          (local.set $word (i32.mul (i32.load (local.get $at)) (i32.const ${P3})))
          ${tail('low', 17, P4)}
          ${tail('high', 17, P4)}
          ${bump('at', 4)}
          (br $fours)))
      (block $bytes
        (loop $ones
          (br_if $bytes (i32.ge_s (local.get $at) (local.get $end)))
          (local.set $word (i32.mul (i32.load8_u (local.get $at)) (i32.const ${P5})))
          ${tail('low', 11, P1)}
          ${tail('high', 11, P1)}
          ${bump('at', 1)}
          (br $ones)))
      ${avalanche('low')}
      ${avalanche('high')}
      (i32.store (local.get $out) (local.get $low))
      (i32.store offset=4 (local.get $out) (local.get $high))
      ${bump('out', 8)}
      ${bump('offsets', 4)}
      ${bump('lengths', 4)}
      (local.set $rows (i32.sub (local.get $rows) (i32.const 1)))
      (br $next))))`;

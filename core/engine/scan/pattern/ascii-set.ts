/** Sets of ASCII characters as 128 bits: the bit of each code. Characters beyond ASCII are left out of every set. */
export type AsciiSet = bigint;

export const EMPTY: AsciiSet = 0n;
export const ALL: AsciiSet = (1n << 128n) - 1n;

/** From one code to another, both included; the part beyond ASCII is cut off. */
export function rangeSet(first: number, last: number): AsciiSet {
  let set = EMPTY;
  for (let code = first; code <= Math.min(last, 127); code += 1) {
    set |= 1n << BigInt(code);
  }
  return set;
}

export function setOf(characters: string): AsciiSet {
  return [...characters].reduce((set, each) => set | rangeSet(each.charCodeAt(0), each.charCodeAt(0)), EMPTY);
}

export function without(set: AsciiSet): AsciiSet {
  return ALL & ~set;
}

/** The stretches of neighbouring codes, in order. */
export function rangesOf(set: AsciiSet): readonly (readonly [first: number, last: number])[] {
  const ranges: [number, number][] = [];
  for (let code = 0; code < 128; code += 1) {
    const last = ranges.at(-1);
    if (((set >> BigInt(code)) & 1n) === 0n) {
      continue;
    }
    if (last !== undefined && last[1] === code - 1) {
      last[1] = code;
    } else {
      ranges.push([code, code]);
    }
  }
  return ranges;
}

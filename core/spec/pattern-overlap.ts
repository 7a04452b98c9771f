/**
 * Whether one name can match two patterns, and such a name: the two patterns are walked together, breadth first, so that
 * the witness is a shortest one. Names with .gz or .zst are left out: they overlap where the plain names do.
 */
import type { PatternPart } from './path-pattern.ts';

/** One character each, or a loop that may take any number of its characters. */
interface Unit {
  readonly takes: (character: string) => boolean;
  readonly loop: boolean;
}

const STATES_MAX = 200_000;

/** The shortest name that both match, or undefined. */
export function overlapWitness(left: readonly PatternPart[], right: readonly PatternPart[]): string | undefined {
  const [a, b] = [unitsOf(left), unitsOf(right)];
  const alphabet = alphabetOf([...left, ...right]);
  let border: { readonly i: number; readonly j: number; readonly name: string }[] = [{ i: 0, j: 0, name: '' }];
  const seen = new Set<number>([0]);
  const width = b.length + 1;
  while (border.length > 0 && seen.size < STATES_MAX) {
    const next: typeof border = [];
    for (const { i, j, name } of border) {
      if (canEnd(a, i) && canEnd(b, j)) {
        return name;
      }
      for (const character of alphabet) {
        for (const toI of steps(a, i, character)) {
          for (const toJ of steps(b, j, character)) {
            if (!seen.has(toI * width + toJ)) {
              seen.add(toI * width + toJ);
              next.push({ i: toI, j: toJ, name: name + character });
            }
          }
        }
      }
    }
    border = next;
  }
  return undefined;
}

/** Where the character leads from a state; loops may be skipped or stayed in. */
function steps(units: readonly Unit[], from: number, character: string): readonly number[] {
  const states: number[] = [];
  for (let at = from; at < units.length; at += 1) {
    const unit = units[at];
    if (unit?.takes(character) === true) {
      states.push(unit.loop ? at : at + 1);
    }
    if (unit?.loop !== true) {
      break;
    }
  }
  return states;
}

function canEnd(units: readonly Unit[], from: number): boolean {
  return units.slice(from).every(({ loop }) => loop);
}

function unitsOf(parts: readonly PatternPart[]): readonly Unit[] {
  return parts.flatMap((part): readonly Unit[] => {
    switch (part.kind) {
      case 'literal':
        return Array.from(part.text, (letter) => ({ takes: (character: string) => character === letter, loop: false }));
      case 'set':
        return [{ takes: inSet(part), loop: false }];
      case 'any':
        return [{ takes: (character) => character !== '/', loop: false }];
      case 'star':
        return [{ takes: (character) => character !== '/', loop: true }];
      case 'folders':
        // Wider than the glob by names that lack the last '/': a doubt is reported as an overlap.
        return [{ takes: () => true, loop: true }];
      case 'date':
        return DATE_DIGITS[part.part].map((digits) => ({ takes: (character) => digits.includes(character), loop: false }));
    }
  });
}

const DATE_DIGITS = {
  year: ['12', '09', '0123456789', '0123456789'],
  short_year: ['0123456789', '0123456789'],
  month: ['01', '0123456789'],
  day: ['0123', '0123456789'],
} as const;

function inSet(part: Extract<PatternPart, { kind: 'set' }>): (character: string) => boolean {
  return (character) => {
    const inside = part.ranges.some(([from, to]) => character >= from && character <= to);
    return character !== '/' && inside !== part.negated;
  };
}

function alphabetOf(parts: readonly PatternPart[]): readonly string[] {
  const letters = new Set(['x', '/', ...Array.from('1023456789')]);
  for (const part of parts) {
    if (part.kind === 'literal') {
      Array.from(part.text).forEach((letter) => letters.add(letter));
    }
    if (part.kind === 'set') {
      part.ranges.flat().forEach((letter) => letters.add(letter));
    }
  }
  return [...letters];
}

/**
 * A regular expression (JavaScript syntax, flag u) as a tree, as far as it is understood: literals, classes, groups,
 * alternatives, counts, and ^ and $. Everything else (look-around, references, properties, word borders, escapes of
 * codes) is not understood, and so is any text that the grammar does not allow.
 */
import { without, EMPTY, rangeSet, setOf, type AsciiSet } from './ascii-set.ts';

export type PatternNode =
  | { readonly kind: 'set'; readonly set: AsciiSet }
  | { readonly kind: 'sequence'; readonly parts: readonly PatternNode[] }
  | { readonly kind: 'alternatives'; readonly options: readonly PatternNode[] }
  /** `most` may be Infinity. */
  | { readonly kind: 'repeat'; readonly part: PatternNode; readonly least: number; readonly most: number }
  | { readonly kind: 'start' }
  | { readonly kind: 'end' };

/** undefined where it is not understood. */
export function parsePattern(pattern: string): PatternNode | undefined {
  const parser = new PatternParser(pattern);
  const node = parser.alternatives(0);
  return parser.isAtEnd ? node : undefined;
}

const DEPTH_MAX = 20;
/** Counts beyond this are left to the engine. */
const COUNT_DIGITS_MAX = 5;
const SYNTAX_CHARACTERS = '^$\\.*+?()[]{}|/';
const CLASSES: Readonly<Record<string, AsciiSet>> = {
  d: rangeSet(48, 57),
  w: rangeSet(48, 57) | rangeSet(65, 90) | rangeSet(97, 122) | setOf('_'),
  s: setOf('\t\n\v\f\r '),
};
const CONTROLS: Readonly<Record<string, number>> = { t: 9, n: 10, v: 11, f: 12, r: 13 };

/** One code, which a range may begin or end with, or a class. */
type Atom = { readonly code: number } | { readonly set: AsciiSet };

class PatternParser {
  /** By code points, as flag u reads it. */
  readonly #characters: readonly string[];
  #at = 0;

  constructor(pattern: string) {
    this.#characters = [...pattern];
  }

  get isAtEnd(): boolean {
    return this.#at === this.#characters.length;
  }

  /** Up to the end or a closing bracket. */
  alternatives(depth: number): PatternNode | undefined {
    const options: PatternNode[] = [];
    do {
      const option = this.#sequence(depth);
      if (option === undefined) {
        return undefined;
      }
      options.push(option);
    } while (this.#take('|'));
    const [only] = options;
    return options.length === 1 ? only : { kind: 'alternatives', options };
  }

  #sequence(depth: number): PatternNode | undefined {
    const parts: PatternNode[] = [];
    while (!this.isAtEnd && this.#next !== '|' && this.#next !== ')') {
      const part = this.#part(depth);
      if (part === undefined) {
        return undefined;
      }
      parts.push(part);
    }
    return { kind: 'sequence', parts };
  }

  #part(depth: number): PatternNode | undefined {
    if (this.#take('^')) {
      return { kind: 'start' };
    }
    if (this.#take('$')) {
      return { kind: 'end' };
    }
    const part = this.#take('(') ? this.#group(depth + 1) : this.#single();
    return part === undefined ? undefined : this.#counted(part);
  }

  #group(depth: number): PatternNode | undefined {
    if (this.#take('?') && !this.#take(':')) {
      return undefined;
    }
    const inner = depth > DEPTH_MAX ? undefined : this.alternatives(depth);
    return this.#take(')') ? inner : undefined;
  }

  #single(): PatternNode | undefined {
    if (this.#take('.')) {
      return { kind: 'set', set: without(setOf('\n\r')) };
    }
    const set = this.#take('[') ? this.#class() : this.#literal();
    return set === undefined ? undefined : { kind: 'set', set };
  }

  #literal(): AsciiSet | undefined {
    const character = this.#read();
    if (character === '\\') {
      return setOfAtom(this.#escape(''));
    }
    return character === undefined || SYNTAX_CHARACTERS.replace('/', '').includes(character) ? undefined : setOfAtom(codeOf(character));
  }

  /** After the opening bracket. */
  #class(): AsciiSet | undefined {
    const isNegated = this.#take('^');
    let set = EMPTY;
    while (!this.#take(']')) {
      const first = this.#classAtom();
      const isRange = this.#next === '-' && this.#characters[this.#at + 1] !== ']';
      const last = isRange && this.#take('-') ? this.#classAtom() : first;
      const added = isRange ? rangeOf(first, last) : setOfAtom(first);
      if (added === undefined) {
        return undefined;
      }
      set |= added;
    }
    return isNegated ? without(set) : set;
  }

  #classAtom(): Atom | undefined {
    const character = this.#read();
    return character === undefined ? undefined : character === '\\' ? this.#escape('-') : codeOf(character);
  }

  /** After the backslash; `more` may be escaped besides the characters of the syntax. */
  #escape(more: string): Atom | undefined {
    const character = this.#read();
    if (character === undefined) {
      return undefined;
    }
    const set = Object.hasOwn(CLASSES, character.toLowerCase()) ? CLASSES[character.toLowerCase()] : undefined;
    if (set !== undefined) {
      return { set: character === character.toLowerCase() ? set : without(set) };
    }
    if (Object.hasOwn(CONTROLS, character)) {
      return { code: CONTROLS[character] ?? 0 };
    }
    return (SYNTAX_CHARACTERS + more).includes(character) ? codeOf(character) : undefined;
  }

  /** The part with the count behind it. A lazy count matches the same whole texts. */
  #counted(part: PatternNode): PatternNode | undefined {
    const counts = this.#counts();
    if (counts === undefined) {
      return undefined;
    }
    if (counts === null) {
      return part;
    }
    this.#take('?');
    const [least, most] = counts;
    return least > most ? undefined : { kind: 'repeat', part, least, most };
  }

  /** null where there is none, undefined where it is not understood. */
  #counts(): readonly [least: number, most: number] | null | undefined {
    if (this.#take('?')) {
      return [0, 1];
    }
    if (this.#take('*')) {
      return [0, Infinity];
    }
    if (this.#take('+')) {
      return [1, Infinity];
    }
    if (!this.#take('{')) {
      return null;
    }
    const least = this.#number();
    const isOpen = this.#take(',');
    const most = isOpen ? (this.#next === '}' ? Infinity : this.#number()) : least;
    return least === undefined || most === undefined || !this.#take('}') ? undefined : [least, most];
  }

  #number(): number | undefined {
    let digits = '';
    while (this.#next !== undefined && /^[0-9]$/.test(this.#next)) {
      digits += this.#read() ?? '';
    }
    return digits === '' || digits.length > COUNT_DIGITS_MAX ? undefined : Number(digits);
  }

  get #next(): string | undefined {
    return this.#characters[this.#at];
  }

  #read(): string | undefined {
    const character = this.#next;
    this.#at += character === undefined ? 0 : 1;
    return character;
  }

  #take(character: string): boolean {
    const isNext = this.#next === character;
    this.#at += isNext ? 1 : 0;
    return isNext;
  }
}

function codeOf(character: string): Atom {
  return { code: character.codePointAt(0) ?? 0 };
}

function setOfAtom(atom: Atom | undefined): AsciiSet | undefined {
  return atom === undefined ? undefined : 'set' in atom ? atom.set : rangeSet(atom.code, atom.code);
}

function rangeOf(first: Atom | undefined, last: Atom | undefined): AsciiSet | undefined {
  const isRange = first !== undefined && last !== undefined && 'code' in first && 'code' in last && first.code <= last.code;
  return isRange ? rangeSet(first.code, last.code) : undefined;
}

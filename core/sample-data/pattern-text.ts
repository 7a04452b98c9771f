/**
 * Texts that match a regular expression, for the parts of the syntax that specs use: literals, classes, groups,
 * alternatives and quantifiers. What is beyond that (look-around, back references, \p) gives undefined.
 */
import type { Random } from './random.ts';

type Node =
  | { readonly kind: 'choice'; readonly options: readonly (readonly Repeated[])[] }
  | { readonly kind: 'characters'; readonly of: readonly string[] };

interface Repeated {
  readonly node: Node;
  readonly min: number;
  readonly max: number;
}

/** An open quantifier gives at most this many more than its minimum. */
const OPEN_MORE = 4;
const DIGITS = '0123456789';
const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const UPPER = LOWER.toUpperCase();
const CLASSES: Readonly<Record<string, string>> = { d: DIGITS, w: `${LOWER}${UPPER}${DIGITS}_`, s: ' ' };
const SPECIAL = '^$\\.*+?()[]{}|';

/** Gives texts that match `pattern` as a whole, or undefined when the pattern has a part that is not known here. */
export function patternSampler(pattern: string): ((random: Random) => string) | undefined {
  const parser = new PatternParser(pattern);
  const root = parser.choice();
  if (root === undefined || !parser.atEnd()) return undefined;
  return (random) => sample(root, random);
}

function sample(node: Node, random: Random): string {
  if (node.kind === 'characters') return random.pick(node.of);
  return random
    .pick(node.options)
    .map(({ node: inner, min, max }) => Array.from({ length: random.integer(min, max) }, () => sample(inner, random)).join(''))
    .join('');
}

class PatternParser {
  private readonly text: readonly string[];
  private position = 0;

  constructor(pattern: string) {
    this.text = Array.from(pattern);
  }

  atEnd(): boolean {
    return this.position >= this.text.length;
  }

  choice(): Node | undefined {
    const options: (readonly Repeated[])[] = [];
    do {
      const sequence = this.sequence();
      if (sequence === undefined) return undefined;
      options.push(sequence);
    } while (this.take('|'));
    return { kind: 'choice', options };
  }

  private sequence(): readonly Repeated[] | undefined {
    const parts: Repeated[] = [];
    while (!this.atEnd() && this.peek() !== '|' && this.peek() !== ')') {
      // The pattern matches the whole text anyway.
      if (this.take('^') || this.take('$')) continue;
      const node = this.atom();
      const times = node === undefined ? undefined : this.quantifier();
      if (node === undefined || times === undefined) return undefined;
      parts.push({ node, ...times });
    }
    return parts;
  }

  private atom(): Node | undefined {
    if (this.take('(')) {
      if (this.take('?') && !this.take(':')) return undefined;
      const inner = this.choice();
      return this.take(')') ? inner : undefined;
    }
    if (this.take('[')) return this.characterClass();
    if (this.take('.')) return { kind: 'characters', of: Array.from(LOWER) };
    if (this.take('\\')) return this.escape();
    const character = this.peek();
    if (character === undefined || SPECIAL.includes(character)) return undefined;
    this.position += 1;
    return { kind: 'characters', of: [character] };
  }

  private escape(): Node | undefined {
    const letter = this.next();
    if (letter === undefined) return undefined;
    const known = CLASSES[letter];
    if (known !== undefined) return { kind: 'characters', of: Array.from(known) };
    return /[A-Za-z0-9]/.test(letter) ? undefined : { kind: 'characters', of: [letter] };
  }

  private characterClass(): Node | undefined {
    if (this.peek() === '^') return undefined;
    const characters: string[] = [];
    while (!this.atEnd() && this.peek() !== ']') {
      const first = this.take('\\') ? this.escape() : { kind: 'characters' as const, of: [this.next() ?? ''] };
      if (first?.kind !== 'characters') return undefined;
      const from = first.of[0] ?? '';
      if (first.of.length === 1 && this.peek() === '-' && this.text[this.position + 1] !== ']') {
        this.position += 1;
        characters.push(...range(from, this.next() ?? from));
      } else characters.push(...first.of);
    }
    return this.take(']') && characters.length > 0 ? { kind: 'characters', of: characters } : undefined;
  }

  private quantifier(): { min: number; max: number } | undefined {
    const times = this.times();
    // A lazy quantifier matches the same texts.
    if (times !== undefined && (times.min !== 1 || times.max !== 1)) this.take('?');
    return times;
  }

  private times(): { min: number; max: number } | undefined {
    if (this.take('?')) return { min: 0, max: 1 };
    if (this.take('*')) return { min: 0, max: OPEN_MORE };
    if (this.take('+')) return { min: 1, max: 1 + OPEN_MORE };
    if (!this.take('{')) return { min: 1, max: 1 };
    const end = this.text.indexOf('}', this.position);
    const bounds = /^(\d+)(,(\d*))?$/.exec(this.text.slice(this.position, end).join(''));
    if (end < 0 || bounds === null) return undefined;
    this.position = end + 1;
    const min = Number(bounds[1]);
    if (bounds[2] === undefined) return { min, max: min };
    return { min, max: bounds[3] === '' || bounds[3] === undefined ? min + OPEN_MORE : Number(bounds[3]) };
  }

  private peek(): string | undefined {
    return this.text[this.position];
  }

  private next(): string | undefined {
    const character = this.text[this.position];
    this.position += 1;
    return character;
  }

  private take(character: string): boolean {
    if (this.peek() !== character) return false;
    this.position += 1;
    return true;
  }
}

function range(from: string, to: string): readonly string[] {
  const [first, last] = [from.codePointAt(0) ?? 0, to.codePointAt(0) ?? 0];
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => String.fromCodePoint(first + index));
}

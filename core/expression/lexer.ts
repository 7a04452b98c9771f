/** Text of an expression to tokens with their places. Words are kept as written; the parser compares keywords in any case. */
import { fail } from './expression-problem.ts';

export interface Token {
  readonly kind: 'word' | 'quoted_name' | 'number' | 'string' | 'symbol' | 'end';
  /** A word, name, number or symbol as written; a string without its quotes, doubled quotes resolved. */
  readonly text: string;
  readonly offset: number;
}

const TEXT_LENGTH_MAX = 20_000;
const PATTERNS = [
  ['blank', /(?:\s+|--[^\n]*)/y],
  ['number', /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y],
  ['word', /[A-Za-z_][A-Za-z0-9_]*/y],
  ['string', /'(?:[^']|'')*'/y],
  ['quoted_name', /"(?:[^"]|"")+"/y],
  ['symbol', /<>|!=|<=|>=|==|\|\||[-+*/%(),=<>]/y],
] as const;

export function tokenize(text: string): readonly Token[] {
  if (text.length > TEXT_LENGTH_MAX) {
    fail(0, 'The expression is too long.', { expected: `at most ${TEXT_LENGTH_MAX} characters`, found: `${text.length}` });
  }
  const tokens: Token[] = [];
  let offset = 0;
  while (offset < text.length) {
    const { kind, raw } = match(text, offset);
    if (kind !== 'blank') {
      tokens.push({ kind, text: unquoted(kind, raw), offset });
    }
    offset += raw.length;
    const next = text.charAt(offset);
    if (kind === 'number' && /[A-Za-z_0-9.]/.test(next)) {
      fail(offset, 'A number is followed by a letter or a second mark.', { found: raw + next });
    }
  }
  tokens.push({ kind: 'end', text: '', offset: text.length });
  return tokens;
}

function match(text: string, offset: number): { readonly kind: Exclude<Token['kind'], 'end'> | 'blank'; readonly raw: string } {
  for (const [kind, pattern] of PATTERNS) {
    pattern.lastIndex = offset;
    const raw = pattern.exec(text)?.[0];
    if (raw !== undefined) {
      return { kind, raw };
    }
  }
  const character = String.fromCodePoint(text.codePointAt(offset) ?? 0);
  if (character === "'" || character === '"') {
    return fail(offset, 'A quote is not closed.', { expected: `a closing ${character}`, found: 'the end' });
  }
  return fail(offset, 'A character that has no meaning here.', { found: character });
}

function unquoted(kind: Token['kind'], raw: string): string {
  if (kind === 'string') {
    return raw.slice(1, -1).replaceAll("''", "'");
  }
  return kind === 'quoted_name' ? raw.slice(1, -1).replaceAll('""', '"') : raw;
}

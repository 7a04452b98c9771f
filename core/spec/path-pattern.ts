/**
 * Path patterns: globs below landing/. `*` and `?` stay within one folder, `**` crosses folders, [a-z] is one of a class,
 * {business_date:%Y%m%d} captures the business date. One parse serves the regular expression and the overlap check.
 */
import { isCivilDate } from '../types/calendar.ts';
import { COMPRESSION_REGEX } from './compression.ts';
import type { PathPattern } from './source-spec.ts';

/** One part of a pattern. A `set` takes one character of its ranges (or, negated, any other but '/'). */
export type PatternPart =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'set'; readonly ranges: readonly (readonly [string, string])[]; readonly negated: boolean }
  | { readonly kind: 'any' }
  | { readonly kind: 'star' }
  | { readonly kind: 'folders' }
  | { readonly kind: 'date'; readonly part: DatePart };

type DatePart = 'year' | 'short_year' | 'month' | 'day';

const DATE_PARTS: Readonly<Record<string, DatePart>> = { Y: 'year', y: 'short_year', m: 'month', d: 'day' };
const DATE_REGEX = {
  year: String.raw`(?<year>\d{4})`,
  short_year: String.raw`(?<year>\d{2})`,
  month: String.raw`(?<month>\d{2})`,
  day: String.raw`(?<day>\d{2})`,
} as const;

export type ParsedPattern =
  | { readonly ok: true; readonly parts: readonly PatternPart[]; readonly pattern: PathPattern }
  | { readonly ok: false; readonly message: string; readonly offset: number; readonly expected: string };

export function parsePathPattern(text: string): ParsedPattern {
  const parts: PatternPart[] = [];
  const refuse = (message: string, offset: number, expected: string): ParsedPattern => ({ ok: false, message, offset, expected });
  if (text === '' || text.startsWith('/') || text.split('/').some((segment) => ['', '.', '..'].includes(segment))) {
    return refuse('The pattern is no name below landing/.', 0, 'folder/name without leading, double or dotted parts');
  }
  if (text.startsWith('landing/')) {
    return refuse('The pattern begins below landing/ as it is.', 0, text.slice('landing/'.length));
  }
  let at = 0;
  while (at < text.length) {
    const rest = text.slice(at);
    const taken = takePart(rest);
    if (taken === undefined) {
      return refuse(`A ${rest.charAt(0)} that has no meaning.`, at, '{business_date:%Y%m%d} (with %Y or %y, %m, %d), [a-z], *, ** or ?');
    }
    parts.push(...taken.parts);
    at += taken.length;
  }
  const dates = parts.flatMap((part) => (part.kind === 'date' ? [part.part] : []));
  const isWhole = dates.includes('month') && dates.includes('day') && dates.length === 3;
  if (dates.length > 0 && !isWhole) {
    return refuse('The business date is not whole, or is there twice.', 0, '%Y (or %y), %m and %d, once each');
  }
  const regex = `^${parts.map((part) => regexOf(part)).join('')}${COMPRESSION_REGEX}$`;
  return { ok: true, parts, pattern: { text, regex, captures_business_date: dates.length > 0 } };
}

function takePart(rest: string): { readonly parts: readonly PatternPart[]; readonly length: number } | undefined {
  const folders = /^\*\*\/?/.exec(rest)?.[0];
  if (folders !== undefined) {
    return { parts: folders === '**/' ? [{ kind: 'folders' }] : [{ kind: 'folders' }, { kind: 'star' }], length: folders.length };
  }
  switch (rest.charAt(0)) {
    case '*':
      return { parts: [{ kind: 'star' }], length: 1 };
    case '?':
      return { parts: [{ kind: 'any' }], length: 1 };
    case '[':
      return takeSet(rest);
    case '{':
      return takeDate(rest);
    case '}':
    case ']':
      return undefined;
    default: {
      const literal = /^[^*?[\]{}]+/.exec(rest)?.[0] ?? '';
      return { parts: [{ kind: 'literal', text: literal }], length: literal.length };
    }
  }
}

function takeSet(rest: string): { readonly parts: readonly PatternPart[]; readonly length: number } | undefined {
  const match = /^\[([!^]?)([A-Za-z0-9_-]+)\]/.exec(rest);
  if (match === null) {
    return undefined;
  }
  const ranges = [...(match[2] ?? '').matchAll(/([A-Za-z0-9])-([A-Za-z0-9])|([A-Za-z0-9_-])/g)].map(
    ([, from, to, single]) => [from ?? single ?? '', to ?? single ?? ''] as const,
  );
  return { parts: [{ kind: 'set', ranges, negated: match[1] !== '' }], length: match[0].length };
}

function takeDate(rest: string): { readonly parts: readonly PatternPart[]; readonly length: number } | undefined {
  const match = /^\{business_date:([^{}/]+)\}/.exec(rest);
  const parts: PatternPart[] = [];
  for (const [, directive, literal] of (match?.[1] ?? '').matchAll(/%(.)|([^%]+)/g)) {
    const part = directive === undefined ? undefined : DATE_PARTS[directive];
    if (directive !== undefined && part === undefined) {
      return undefined;
    }
    parts.push(part === undefined ? { kind: 'literal', text: literal ?? '' } : { kind: 'date', part });
  }
  return match === null ? undefined : { parts, length: match[0].length };
}

function regexOf(part: PatternPart): string {
  switch (part.kind) {
    case 'literal':
      return part.text.replace(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
    case 'set':
      return `[${part.negated ? '^\\/' : ''}${part.ranges.map(([from, to]) => rangeRegex(from, to)).join('')}]`;
    case 'any':
      return String.raw`[^\/]`;
    case 'star':
      return String.raw`[^\/]*`;
    case 'folders':
      return String.raw`(?:[^\/]+\/)*`;
    case 'date':
      return DATE_REGEX[part.part];
  }
}

function rangeRegex(from: string, to: string): string {
  const escape = (character: string): string => (character === '-' ? String.raw`\-` : character);
  return from === to ? escape(from) : `${escape(from)}-${escape(to)}`;
}

const compiled = new WeakMap<PathPattern, RegExp>();

/**
 * The business date (YYYY-MM-DD, null when the pattern captures none), or undefined when the name does not match. No name matches the
 * pattern of a stream, which has none.
 */
export function matchPath(pattern: PathPattern | null, name: string): { readonly businessDate: string | null } | undefined {
  if (pattern === null) {
    return undefined;
  }
  let regex = compiled.get(pattern);
  if (regex === undefined) {
    regex = new RegExp(pattern.regex, 'u');
    compiled.set(pattern, regex);
  }
  const match = regex.exec(name);
  if (match === null || !pattern.captures_business_date) {
    return match === null ? undefined : { businessDate: null };
  }
  const { year = '', month = '', day = '' } = match.groups ?? {};
  const fullYear = year.length === 2 ? `20${year}` : year;
  // A name with an impossible date, such as trades_20250230.csv, is nobody's.
  return isCivilDate(Number(fullYear), Number(month), Number(day)) ? { businessDate: `${fullYear}-${month}-${day}` } : undefined;
}

/**
 * The words of the command line as a command reads them: by name, with the types that commands need. Every reader
 * throws CLI_USAGE with what was expected and found, so that commands check nothing themselves.
 */
import { MarketsError } from '../../core/errors/markets-error.ts';

export interface CommandInput {
  /** An argument or option that must be there. */
  text(name: string): string;
  optional(name: string): string | undefined;
  flag(name: string): boolean;
  /** Of a variadic argument or a repeatable option; [] when absent. */
  list(name: string): readonly string[];
  /** A whole number of at least `min`. */
  integer(name: string, min?: number): number | undefined;
  /** YYYY-MM-DD, a day that exists. */
  date(name: string): string | undefined;
  /** ISO 8601 with Z or an offset (a date alone is its midnight UTC); given back as UTC with 6 digits. */
  instant(name: string): string | undefined;
}

export function commandInput(values: Readonly<Record<string, unknown>>): CommandInput {
  const optional = (name: string): string | undefined => {
    const value = values[name];
    return typeof value === 'string' ? value : undefined;
  };
  return {
    optional,
    text: (name) => optional(name) ?? refuse(name, 'a value', 'none'),
    flag: (name) => values[name] === true,
    list: (name) => {
      const value = values[name];
      return Array.isArray(value) ? value.map(String) : [];
    },
    integer: (name, min = 0) => integerOf(name, optional(name), min),
    date: (name) => dateOf(name, optional(name)),
    instant: (name) => instantOf(name, optional(name)),
  };
}

function integerOf(name: string, text: string | undefined, min: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!/^\d{1,15}$/.test(text) || value < min) refuse(name, `a whole number of at least ${min}`, text);
  return value;
}

function dateOf(name: string, text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  return isRealDay(text) ? text : refuse(name, 'a date YYYY-MM-DD', text);
}

/** Date.parse takes 30 February for 2 March. */
function isRealDay(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`);
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

const INSTANT = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(:\d{2})?(?:\.(\d{1,6}))?(Z|[+-]\d{2}:\d{2}))?$/;

function instantOf(name: string, text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const parts = INSTANT.exec(text);
  const [, day = '', minutes = '00:00', seconds = ':00', fraction = '', zone = 'Z'] = parts ?? [];
  const time = Date.parse(`${day}T${minutes}${seconds}${zone}`);
  if (parts === null || !isRealDay(day) || Number.isNaN(time)) refuse(name, 'a moment such as 2023-01-30T18:00:00Z', text);
  return `${new Date(time).toISOString().slice(0, 19)}.${fraction.padEnd(6, '0')}Z`;
}

function refuse(name: string, expected: string, found: string): never {
  throw new MarketsError('CLI_USAGE', `'${name}' is wrong.`, { expected, found });
}

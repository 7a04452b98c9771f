/** What a reader of text gives: the typed value, or what it had expected instead, as a clause for a reader. */
import type { TimeFormat } from '../spec/source-spec.ts';
import type { Value } from './column-type.ts';

export type Reading =
  | {
      readonly ok: true;
      readonly value: Value;
      /** TIMESTAMP and DATETIME with precision ns: the three digits below the microsecond, 0-999. */
      readonly nanos?: number;
    }
  | { readonly ok: false; readonly expected: string };

export interface ReadOptions {
  /** Dates and times only; ISO 8601 when absent or null. */
  readonly format?: TimeFormat | null;
  /** IANA zone of a local time that names no offset; UTC by default. TIMESTAMP only. */
  readonly timezone?: string;
  readonly decimalSeparator?: '.' | ',';
  /** With 'ns' the digits below the microsecond are kept; with 'us' (the default) they must be zero. */
  readonly precision?: 'us' | 'ns';
}

export function refused(expected: string): Reading {
  return { ok: false, expected };
}

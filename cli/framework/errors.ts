/** Errors as the command line shows them: what happened, what was expected and found, where, and what to do next. */
import { ERROR_CODES, type ErrorCode } from '../../core/errors/error-codes.ts';
import { isMarketsError, type MarketsError } from '../../core/errors/markets-error.ts';

export type ExitCode = 0 | 1 | 2 | 64 | 70;

/** One entry of `errors` in the JSON document. */
export interface ReportedError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly expected: string | null;
  readonly found: string | null;
  readonly next: string | null;
  readonly place: { readonly file: string; readonly line: number | null; readonly column: number | null } | null;
  readonly retryable: boolean;
}

export function exitCodeOf(error: unknown): ExitCode {
  return isMarketsError(error) ? ERROR_CODES[error.code].exit : 70;
}

export function reportedError(error: unknown): ReportedError {
  if (isMarketsError(error)) return reportedMarketsError(error);
  return {
    code: 'INTERNAL',
    message: error instanceof Error ? error.message : String(error),
    expected: null,
    found: null,
    next: 'This is a bug of ours: call the command again with --log-level debug and report what it prints.',
    place: null,
    retryable: false,
  };
}

function reportedMarketsError(error: MarketsError): ReportedError {
  const place = error.place;
  return {
    code: error.code,
    message: error.message,
    expected: error.expected ?? null,
    found: error.found ?? null,
    next: error.next ?? null,
    place: place === undefined ? null : { file: place.file, line: place.line ?? null, column: place.column ?? null },
    retryable: error.retryable,
  };
}

export function renderError(error: ReportedError): string {
  const lines = [`error ${error.code}: ${error.message}`];
  if (error.expected !== null) lines.push(`  expected  ${error.expected}`);
  if (error.found !== null) lines.push(`  found     ${error.found}`);
  if (error.place !== null) lines.push(`  where     ${placeText(error.place)}`);
  if (error.next !== null) lines.push(`  next      ${error.next}`);
  return lines.join('\n');
}

function placeText(place: { file: string; line: number | null; column: number | null }): string {
  const line = place.line === null ? '' : `:${place.line}`;
  return `${place.file}${line}${place.line === null || place.column === null ? '' : `:${place.column}`}`;
}

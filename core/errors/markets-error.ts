/**
 * The one base of every error this project throws on purpose. Bad data is never thrown: it is a returned finding.
 * `code` comes from the closed catalogue in error-codes.ts (ROOM_CAUSE); `details` holds no row values and no secrets.
 */
import { ERROR_CODES, type ErrorCode } from './error-codes.ts';

/** Where in a file a person has to look. Line and column are 1-based. */
export interface ErrorPlace {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

export interface MarketsErrorOptions {
  readonly cause?: unknown;
  /** What was expected, what was found, and what to do next, each as one clause for a reader. */
  readonly expected?: string;
  readonly found?: string;
  readonly next?: string;
  readonly place?: ErrorPlace;
  readonly details?: Readonly<Record<string, unknown>>;
}

export class MarketsError extends Error {
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly expected: string | undefined;
  readonly found: string | undefined;
  readonly next: string | undefined;
  readonly place: ErrorPlace | undefined;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, options: MarketsErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'MarketsError';
    this.code = code;
    this.retryable = ERROR_CODES[code].retryable;
    this.expected = options.expected;
    this.found = options.found;
    this.next = options.next;
    this.place = options.place;
    this.details = options.details ?? {};
  }
}

export function isMarketsError(value: unknown, code?: ErrorCode): value is MarketsError {
  return value instanceof MarketsError && (code === undefined || value.code === code);
}

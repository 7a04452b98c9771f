/** The one JSON document that --json prints, whatever happened. */
import type { ExitCode } from './errors.ts';

export type Status = 'ok' | 'attention' | 'failed' | 'usage' | 'internal';

export interface Envelope {
  readonly command: string;
  readonly status: Status;
  readonly exit_code: ExitCode;
  readonly data: unknown;
  readonly errors: readonly unknown[];
}

const STATUS_OF: Readonly<Record<ExitCode, Status>> = { 0: 'ok', 1: 'attention', 2: 'failed', 64: 'usage', 70: 'internal' };

/** `exitCode` is what the work gave; with `attentionOk` the process ends with 0 for 1, and the status still says attention. */
export function envelope(command: string, exitCode: ExitCode, attentionOk: boolean, data: unknown, errors: readonly unknown[]): Envelope {
  return {
    command,
    status: STATUS_OF[exitCode],
    exit_code: exitCode === 1 && attentionOk ? 0 : exitCode,
    data,
    errors,
  };
}

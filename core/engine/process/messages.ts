/** What parent and child say to each other, by structured clone: a spec holds bigints and bytes. */
import type { ErrorCode } from '../../errors/error-codes.ts';
import type { EngineLimits } from '../limits.ts';
import type { Report, ValidationJob } from '../report.ts';

export interface ValidateMessage {
  readonly kind: 'validate';
  readonly job: ValidationJob;
  readonly limits: EngineLimits;
}

export type ChildMessage =
  /** All modules are loaded. */
  | { readonly kind: 'ready' }
  /** The files of the job are complete. */
  | { readonly kind: 'done'; readonly report: Report }
  /** The engine threw: a bug of ours or a broken disk. `code` is null for what is no error of this project. */
  | { readonly kind: 'error'; readonly code: ErrorCode | null; readonly message: string; readonly stack: string };

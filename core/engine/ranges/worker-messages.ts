/** What the thread that reads a file and its workers say to each other. */
import type { Range, RangeContext, RangeResult } from './range.ts';

/** What a thread is told when it starts. */
export interface WorkerStart {
  /** The compile cache is still the one that later processes get: later it is thrown away, and writing it is for nothing. */
  readonly keepsCompiled: boolean;
}

export type WorkerRequest =
  /** A new file: every range from now on is of it. */
  | { readonly kind: 'open'; readonly context: RangeContext }
  | { readonly kind: 'range'; readonly range: Range }
  /** Forget the file. */
  | { readonly kind: 'close' };

export type WorkerReply =
  /** All modules are loaded. */
  | { readonly kind: 'loaded' }
  | { readonly kind: 'result'; readonly result: RangeResult }
  | { readonly kind: 'error'; readonly error: unknown };

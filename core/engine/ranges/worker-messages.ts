/** What the thread that reads a file and its workers say to each other. */
import type { Range, RangeContext, RangeResult } from './range.ts';

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

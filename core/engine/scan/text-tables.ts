/**
 * What is known of the texts of deferred columns: the kernel's tables, and what was entered there. It outlives a file, together with the
 * buffers of the columns, for the next one of the same spec.
 */
import type { TextBuffer } from '../columns/text-buffer.ts';
import { Kernel } from '../kernel/kernel.ts';

export class TextTables {
  readonly kernel: Kernel;
  /** By table: 1 for the numbers of texts that it was given. */
  readonly entered: readonly Uint8Array[];
  /** By table: the generation (KnownTexts) that these texts are of. */
  readonly generations: number[];

  /** A table for each of `buffers`, which know no text yet; for inputs of up to `inputBytes`, and a scanner that takes `scanBytes`. */
  constructor(buffers: readonly TextBuffer[], inputBytes: number, scanBytes: number) {
    this.kernel = new Kernel(buffers.length, inputBytes, scanBytes);
    for (const [table, { known }] of buffers.entries()) known.share(this.kernel.stamps[table] as Uint32Array<ArrayBuffer>);
    this.entered = this.kernel.stamps.map(({ length }) => new Uint8Array(length));
    this.generations = buffers.map(({ known }) => known.generation);
  }
}

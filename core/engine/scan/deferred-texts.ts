/** The texts of one deferred column of a batch of rows: found in the kernel's table, or else by the runtime, and written to the column. */
import type { TextBuffer } from '../columns/text-buffer.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { TEXT, type ScanRuntime } from './scan-runtime.ts';

/** Column of the schema, and of the kernel. */
export interface DeferredColumn {
  readonly index: number;
  readonly table: number;
  readonly mayBeNull: boolean;
}

/** A batch: where its first row is among all, and where the bytes begin that its notes count from. */
export interface NotedRows {
  readonly rows: number;
  readonly firstRow: number;
  readonly from: number;
}

/** Writes the texts of the rows; gives how many rows it took, fewer where the text of the next one is refused. */
export function settleTexts(runtime: ScanRuntime, kernel: Kernel, column: DeferredColumn, batch: NotedRows): number {
  const { index, table, mayBeNull } = column;
  const { rows, firstRow, from } = batch;
  const buffer = runtime.buffers[index] as TextBuffer;
  const notes = kernel.notes[table] as Int32Array;
  const base = buffer.count;
  let row = 0;
  let count = 0;
  while (row < rows) {
    if (buffer.dictionaryValues < 0) {
      row = kernel.lookUp(table, row, rows, count, firstRow);
      count = kernel.count;
      if (row === rows) break;
    }
    const start = notes[row * 2] as number;
    const length = notes[row * 2 + 1] as number;
    const at = from + (start >>> 1);
    const place = length < 0 ? TEXT.NULL : runtime.laterText(index, at, at + length, (start & 1) === 1, base + count);
    if (place >= 0) {
      kernel.places[count++] = place;
      // Only a text whose own bytes are in the dictionary is the same wherever it stands.
      if (buffer.known.place(runtime.view, at, at + length) === place) kernel.enter(table, start >>> 1, length, place);
    } else if (place === TEXT.PLAIN) {
      count += 1;
    } else if (place === TEXT.NULL && mayBeNull) {
      kernel.nulls[row - count] = firstRow + row;
    } else {
      break;
    }
    row += 1;
  }
  const indexed = buffer.dictionaryValues < 0 ? count : Math.max(0, buffer.dictionaryValues - base);
  buffer.indexes.set(kernel.places.subarray(0, indexed), base);
  buffer.count = base + count;
  buffer.nulls.append(kernel.nulls, row - count);
  return row;
}

/**
 * Source of the code for a text whose bytes are [s, e). Of most columns the scanner only notes where the texts stand, and RowBatch
 * looks them up when the scanner has stopped. Where a text is asked for at once (by a rule, for a key), one that the row group's
 * dictionary has is found by its bytes (KnownTexts.place); every other one goes through the general reader (ScanRuntime.text), once
 * for each that is different.
 */
import type { ScanColumn } from './scan-column.ts';

/** Notes where the text of a deferred column stands; `quoted` is an expression. */
export function noteSource(i: number, quoted: string): string {
  return `N${i}[j] = (s - notedFrom) * 2${quoted === 'false' ? '' : ` + (${quoted} ? 1 : 0)`}; N${i}[j + 1] = e - s;`;
}

/** The column is NULL in this row. */
export function nullSource({ index: i, isDeferred }: ScanColumn): string {
  return isDeferred ? `N${i}[j + 1] = -1;` : `u${i} = 1;`;
}

/** Leaves the place in the dictionary in `t<i>`; -1 where the bytes stand in the PLAIN part, up to `pe<i>`; below -2 nothing. */
export function textSource(i: number): string {
  return `
            t${i} = m${i} || s === e ? -2 : K${i}.place(view, s, e);
            if (t${i} === -2) { t${i} = S.text(${i}, s, e, q, k${i}, pl${i}); pe${i} = S.plainEnd; m${i} = S.isPlain; }`;
}

export function textLocals(i: number): string {
  return `
  const K${i} = B${i}.known, x${i} = B${i}.indexes; let t${i} = 0, pe${i} = 0, pl${i} = B${i}.plain.buffer.length, m${i} = B${i}.dictionaryValues >= 0;`;
}

/** The row is good: its text counts. */
export function textCommit(i: number): string {
  return `if (t${i} >= 0) x${i}[k${i}] = t${i}; else pl${i} = pe${i};`;
}

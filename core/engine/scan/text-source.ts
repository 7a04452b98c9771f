/**
 * Source of the code for a text whose bytes are [s, p): while the row group's dictionary is in use it leaves the place there
 * in `t<i>`, afterwards it writes the bytes behind `pl<i>` and leaves their end in `pe<i>` (and t<i> = -1). Known texts are
 * found by their bytes; everything else goes through the general reader once.
 */
import { FNV_PRIME, FNV_START } from '../columns/known-texts.ts';
import type { ScanColumn } from './scan-column.ts';

export const HASH_START = FNV_START;

/** One step of the hash: the byte is `c`. */
export const HASH_STEP = `h = Math.imul(h ^ c, ${FNV_PRIME});`;

export interface TextContext {
  /** Bytes above 127 are UTF-8, as the table of known texts is. */
  readonly isUtf8: boolean;
  /** Lengths of the words for NULL. */
  readonly nullLengths: readonly number[];
}

/** `h` is the hash of the bytes before its last step, `x` all bytes or-ed, `q` whether the text was quoted. */
export function textSource(column: ScanColumn, context: TextContext): string {
  const { index: i } = column;
  return `
    l = p - s;
    if (m${i} === 0) {
      h ^= h >>> 15; t${i} = -2;
      if (l > 0${context.isUtf8 ? '' : ' && x < 128'}) {
        for (j = h & sm${i};; j = (j + 1) & sm${i}) {
          e = sl${i}[j] - 1;
          if (e < 0) break;
          if (kh${i}[e] === h && kl${i}[e] === l) {
            d = ks${i}[e]; c = 0;
            while (c < l && kb${i}[d + c] === b[s + c]) c++;
            if (c === l) { if (kg${i}[e] === kc${i}) t${i} = ki${i}[e]; break; }
          }
        }
      }
      if (t${i} === -2) {
        t${i} = S.text(${i}, s, p, q, k${i}, pl${i});
        ${reloadSource(i)}
        if (t${i} < -2) break bad${i};
      }
    } else {
      ${plainSource(column, context)}
    }`;
}

/** In the PLAIN part most texts are unique: what can be told from the bytes is, the rest is read in general. */
function plainSource(column: ScanColumn, { nullLengths }: TextContext): string {
  const { index: i, isFreeText } = column;
  const general = `t${i} = S.plainText(${i}, s, p, q, k${i}, pl${i}); ${reloadSource(i)} if (t${i} < -2) break bad${i};`;
  if (!isFreeText) return general;
  const max = column.column.max_length === null ? '' : ` && l <= ${column.column.max_length}`;
  const nulls = nullLengths.map((length) => ` && l !== ${length}`).join('');
  const blanks = ' && b[s] !== 32 && b[s] !== 9 && b[p - 1] !== 32 && b[p - 1] !== 9';
  return `
      if (l > 0 && x < 128${max}${nulls}${blanks} && pl${i} + l + 4 <= pb${i}.length) {
        t${i} = -1; d = pl${i};
        pb${i}[d] = l; pb${i}[d + 1] = l >>> 8; pb${i}[d + 2] = l >>> 16; pb${i}[d + 3] = l >>> 24; d += 4;
        for (c = s; c < p; c++) pb${i}[d++] = b[c];
        pe${i} = d;
      } else { ${general} }`;
}

/** Local names for the arrays of the column's TextBuffer, which may have grown. */
function reloadSource(i: number): string {
  return `
        sl${i} = B${i}.known.slots; sm${i} = sl${i}.length - 1; kh${i} = B${i}.known.hashes; kl${i} = B${i}.known.lengths;
        ks${i} = B${i}.known.starts; kg${i} = B${i}.known.rowGroup; ki${i} = B${i}.known.index; kb${i} = B${i}.known.text.bytes;
        kc${i} = B${i}.known.current; pb${i} = B${i}.plain.buffer.bytes; pe${i} = S.plainEnd; m${i} = B${i}.dictionaryValues < 0 ? 0 : 1;`;
}

export function textLocals(i: number): string {
  return `
  let sl${i}, sm${i} = 0, kh${i}, kl${i}, ks${i}, kg${i}, ki${i}, kb${i}, kc${i} = 0, pb${i}, pe${i} = 0, m${i} = 0, t${i} = 0;
  let pl${i} = B${i}.plain.buffer.length, x${i} = B${i}.indexes; ${reloadSource(i)}`;
}

/** The row is good: its text counts. */
export function textCommit(i: number): string {
  return `if (t${i} >= 0) x${i}[k${i}] = t${i}; else pl${i} = pe${i};`;
}

/**
 * Source of the code for a text whose bytes are [s, e). A text that the row group's dictionary has is found by its bytes
 * (KnownTexts.place); every other one goes through the general reader (ScanRuntime.text), once for each that is different.
 */

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

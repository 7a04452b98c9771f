/**
 * ISO 10962: a category, a group of that category and four attributes, X where an attribute does not apply. The letters of
 * the attributes are not checked by group: they differ between editions of the standard, and no code tells its edition.
 */
const GROUPS: Readonly<Record<string, string>> = {
  E: 'SPCFLDYM',
  C: 'IHBESFPM',
  D: 'BCWTSEGANDYM',
  R: 'ASPWFDM',
  O: 'CPM',
  F: 'FC',
  S: 'RTECFM',
  H: 'RTECFM',
  I: 'FTM',
  J: 'EFCRTM',
  K: 'RTECFYM',
  L: 'LRSM',
  T: 'CTRIBDM',
  M: 'CM',
};

export function isCfi(text: string): boolean {
  const groups = GROUPS[text.charAt(0)];
  return groups !== undefined && /^[A-Z]{6}$/.test(text) && groups.includes(text.charAt(1));
}

const LENGTH = 6;
const A = 65;
const LETTERS = 26;
/** Whether a group belongs to a category: 1 at the category's and the group's letter. */
const IS_GROUP = groupTable();

function groupTable(): Uint8Array {
  const table = new Uint8Array(LETTERS * LETTERS);
  for (const [category, groups] of Object.entries(GROUPS)) {
    for (const group of groups) {
      table[(category.charCodeAt(0) - A) * LETTERS + group.charCodeAt(0) - A] = 1;
    }
  }
  return table;
}

/** The same of the ASCII bytes from `from` to before `to`, without a string. */
export function cfiHolds(b: Uint8Array, from: number, to: number): boolean {
  if (to - from !== LENGTH) {
    return false;
  }
  for (let at = from; at < to; at += 1) {
    const letter = (b[at] ?? 0) - A;
    if (letter < 0 || letter >= LETTERS) {
      return false;
    }
  }
  return IS_GROUP[((b[from] ?? 0) - A) * LETTERS + (b[from + 1] ?? 0) - A] === 1;
}

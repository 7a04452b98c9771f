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

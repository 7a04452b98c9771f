/** Windows-1252 by byte, as Unicode's mapping table CP1252.TXT has it; null where the code page has no character. */
const FROM_80 =
  '\u20ac\0\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\0\u017d\0' +
  '\0\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\0\u017e\u0178';

export const WINDOWS_1252: readonly (string | null)[] = Array.from({ length: 256 }, (_, byte) => {
  const special = byte >= 0x80 && byte < 0xa0 ? FROM_80.charAt(byte - 0x80) : String.fromCharCode(byte);
  return special === '\0' && byte !== 0 ? null : special;
});

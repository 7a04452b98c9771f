/** ISO 17442: 18 letters and digits, 2 check digits; as a number with A = 10 to Z = 35 it is 1 modulo 97. */
export function isLei(text: string): boolean {
  if (!/^[0-9A-Z]{18}[0-9]{2}$/.test(text)) {
    return false;
  }
  let remainder = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    remainder = code <= 57 ? remainder * 10 + (code - 48) : remainder * 100 + (code - 55);
    remainder %= 97;
  }
  return remainder === 1;
}

/**
 * FIGI (ANSI X9.145): 2 consonants that are no country's prefix in use for ISINs, G, 8 consonants or digits, 1 check
 * digit (Luhn by characters: every second one doubled, digits summed).
 */
const SHAPE = /^(?!BS|BM|GG|GB|GH|KY|VG)[B-DF-HJ-NP-TV-Z]{2}G[0-9B-DF-HJ-NP-TV-Z]{8}[0-9]$/;

export function isFigi(text: string): boolean {
  if (!SHAPE.test(text)) {
    return false;
  }
  let sum = 0;
  for (let index = 0; index < 11; index += 1) {
    const weighted = parseInt(text.charAt(index), 36) * (index % 2 === 0 ? 1 : 2);
    sum += Math.floor(weighted / 10) + (weighted % 10);
  }
  return (10 - (sum % 10)) % 10 === Number(text.charAt(11));
}

/** ISO 6166: 2 letters, 9 letters or digits, 1 check digit (Luhn over the digits, letters as 10 to 35). */
export function isIsin(text: string): boolean {
  if (!/^[A-Z]{2}[0-9A-Z]{9}[0-9]$/.test(text)) {
    return false;
  }
  let digits = '';
  for (const character of text) {
    digits += String(parseInt(character, 36));
  }
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1) {
    const digit = digits.charCodeAt(digits.length - 1 - index) - 48;
    const weighted = index % 2 === 0 ? digit : digit * 2;
    sum += weighted > 9 ? weighted - 9 : weighted;
  }
  return sum % 10 === 0;
}

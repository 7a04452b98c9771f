/** LEI and ISIN with right and wrong check digits, by the texts of their standards and not by the engine's checks. */
import type { SeededRandom } from './seeded-random.ts';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const BODY = `0123456789${LETTERS}`;

/** A = 10 ... Z = 35. */
function digitsOf(text: string): string {
  return [...text].map((character) => (/\d/.test(character) ? character : String(LETTERS.indexOf(character) + 10))).join('');
}

/** ISO 17442: 18 characters and two check digits, ISO 7064 MOD 97-10. */
export function lei(random: SeededRandom, isRight = true): string {
  const body = random.text(BODY, 18);
  const check = 98n - (BigInt(`${digitsOf(body)}00`) % 97n);
  const digits = isRight ? check : (check % 96n) + 2n === check ? 97n : (check % 96n) + 2n;
  return `${body}${String(digits).padStart(2, '0')}`;
}

/** ISO 6166: country, 9 characters, and the Luhn digit over the expanded text. */
export function isin(random: SeededRandom, isRight = true): string {
  const body = `${random.pick(['US', 'DE', 'GB'])}${random.text(BODY, 9)}`;
  let sum = 0;
  [...digitsOf(body)].toReversed().forEach((character, index) => {
    const doubled = Number(character) * (index % 2 === 0 ? 2 : 1);
    sum += doubled > 9 ? doubled - 9 : doubled;
  });
  const digit = (10 - (sum % 10)) % 10;
  return `${body}${isRight ? digit : (digit + random.integer(1, 9)) % 10}`;
}

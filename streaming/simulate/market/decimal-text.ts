/** Whole units of 10^-scale as the shortest decimal text: 6401250 at scale 2 is 64012.5. Integers all the way, below 2^53. */
const ZEROS = '000000000';

export function decimalText(units: number, scale: number): string {
  if (units < 0) return `-${decimalText(-units, scale)}`;
  if (scale === 0) return String(units);
  const power = POWERS[scale] ?? 10 ** scale;
  const whole = Math.floor(units / power);
  let rest = units - whole * power;
  if (rest === 0) return String(whole);
  let digits = scale;
  while (rest % 10 === 0) {
    rest /= 10;
    digits -= 1;
  }
  const fraction = String(rest);
  return `${String(whole)}.${ZEROS.slice(0, digits - fraction.length)}${fraction}`;
}

const POWERS: readonly number[] = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000];

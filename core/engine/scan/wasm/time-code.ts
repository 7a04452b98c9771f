/** The methods of TimeScan as functions of a scanner in WebAssembly: in the code that translate.ts reads, `V[0]` in the place of `value[0]`. */
import type { FunctionCode } from './translate.ts';

const DAYS_OF = `
  if (year < 1970 || year > 2199 || month < 1 || month > 12) return -1;
  m = (year - 1970) * 12 + month - 1;
  return day >= 1 && day <= DAYS_IN[m] ? DAYS_BEFORE[m] + day : -1;`;

const DIGITS_2 = `
  c = b[p] - 48; d = b[p + 1] - 48;
  return c >>> 0 < 10 && d >>> 0 < 10 ? c * 10 + d : -1;`;

const DIGITS_4 = `
  c = view.getInt32(p, true) ^ 0x30303030;
  if ((((c + 0x06060606) | c) & 0xf0f0f0f0) !== 0) return -1;
  c = (Math.imul(c, 10) + (c >>> 8)) & 0x00ff00ff;
  return (c & 0xff) * 100 + (c >>> 16);`;

const DATE = `
  if (b[p + 4] !== 45 || b[p + 7] !== 45) return -1;
  d = daysOf(digits4(p), digits2(p + 5), digits2(p + 8));
  V[0] = d;
  return d < 0 ? -1 : p + 10;`;

const COMPACT_DATE = `
  d = daysOf(digits4(p), digits2(p + 4), digits2(p + 6));
  V[0] = d;
  return d < 0 ? -1 : p + 8;`;

const DATETIME = `
  if (b[p + 4] !== 45 || b[p + 7] !== 45 || (b[p + 10] !== 84 && b[p + 10] !== 32)) return -1;
  if (b[p + 13] !== 58 || b[p + 16] !== 58) return -1;
  day = daysOf(digits4(p), digits2(p + 5), digits2(p + 8));
  hour = digits2(p + 11); minute = digits2(p + 14); second = digits2(p + 17);
  if (day < 0 || (hour | minute | second) < 0 || hour > 23 || minute > 59 || second > 59) return -1;
  e = p + 19; x = 0;
  if (b[e] === 46) {
    s = ++e;
    for (c = b[e] - 48; c >>> 0 < 10; c = b[++e] - 48) {
      if (e - s >= 6) return -1;
      x = x * 10 + c;
    }
    if (e === s) return -1;
    x = x * FRACTION[e - s];
  }
  f = hour * 3600 + minute * 60 + second; h = day;
  V[0] = h * 86400000000 + f * 1000000 + x;
  return e;`;

const TIMESTAMP = `
  e = datetime(p);
  if (e < 0) return -1;
  c = b[e];
  if (c === 90) return e + 1;
  if (c !== 43 && c !== 45) return mayLackOffset ? e : -1;
  hour = digits2(e + 1); minute = digits2(e + 4);
  if (b[e + 3] !== 58 || (hour | minute) < 0 || hour > 17 || minute > 59) return -1;
  f = hour * 3600 + minute * 60;
  V[0] = c === 43 ? V[0] - f * 1000000 : V[0] + f * 1000000;
  return e + 6;`;

/** Arrays that it reads: V, DAYS_IN, DAYS_BEFORE, FRACTION. */
export const TIME_FUNCTIONS: readonly FunctionCode[] = [
  { name: 'daysOf', parameters: ['year', 'month', 'day'], code: DAYS_OF },
  { name: 'digits2', parameters: ['p'], code: DIGITS_2 },
  { name: 'digits4', parameters: ['p'], code: DIGITS_4 },
  { name: 'date', parameters: ['p'], code: DATE },
  { name: 'compactDate', parameters: ['p'], code: COMPACT_DATE },
  { name: 'datetime', parameters: ['p'], code: DATETIME },
  { name: 'timestamp', parameters: ['p', 'mayLackOffset'], code: TIMESTAMP },
];

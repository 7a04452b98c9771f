/**
 * Source of the code that reads one value from the bytes `b` at `p` into `n<i>` (an exact integer in a double; NaN where it
 * is larger than that and already written) and leaves `p` behind it. What it cannot prove it leaves with `break bad<i>`.
 * Only numbers and names made here become code, never a text of the spec.
 */
import type { ScanColumn } from './scan-column.ts';

/** Digits that a double holds exactly whatever they are. */
const EXACT_DIGITS = 15;

export function valueSource(column: ScanColumn, decimalSeparator: '.' | ','): string {
  const { index: i } = column;
  switch (column.kind) {
    case 'integer':
      return integerSource(i);
    case 'decimal':
      return decimalSource(column, decimalSeparator);
    case 'date':
      return timeSource(i, 'date');
    case 'compact_date':
      return timeSource(i, 'compactDate');
    case 'datetime':
      return timeSource(i, 'datetime');
    case 'timestamp':
      return timestampSource(i);
    case 'text':
    case 'general':
      return `break bad${i};`;
  }
}

function timeSource(i: number, method: string): string {
  return `p = T${i}.${method}(view, p); if (p < 0) break bad${i}; n${i} = T${i}.value[0];`;
}

/** The words of the day that was read last, and the day: most times of a row are of one day. No two bytes are the third word at first. */
export const DAY_LOCALS = 'D0 = 0, D1 = 0, D2 = -1, DD = 0';

/** What the statements of values write to besides: whoever puts them into a function declares these and keeps nothing in them over a value. */
export const VALUE_LOCALS = 'c = 0, d = 0, e = 0, f = 0, g = false, h = 0, m = 0, n = 0, s = 0, x = 0';

/**
 * YYYY-MM-DDTHH:MM:SS.ffffffZ word by word, without a question for each digit; every other form is for TimeScan. In each word, what is
 * left of a digit is below ten and of a mark zero: adding six (ten, where the digit must be below six) leaves the high half of a digit
 * empty.
 */
function timestampSource(i: number): string {
  return `
    plain${i}: {
      e = view.getInt32(p, true); x = view.getInt32(p + 4, true); n = view.getInt32(p + 8, true);
      if (e !== D0 || x !== D1 || (n & 0xffff) !== D2) {
        if (T${i}.date(view, p) < 0) break bad${i};
        D0 = e; D1 = x; D2 = n & 0xffff; DD = T${i}.value[0];
      }
      c = view.getInt32(p + 12, true) ^ 0x30303a30; d = view.getInt32(p + 16, true) ^ 0x2e30303a;
      m = view.getInt32(p + 20, true) ^ 0x30303030; x = (view.getInt32(p + 24, true) ^ 0x5a3030) & 0xffffff;
      s = ((n >>> 24) - 48) * 10 + (c & 0xff);
      e = (((c + 0x060a0006) | c) & 0xf0f0fff0) | (((d + 0x00060a00) | d) & 0xfff0f0ff);
      e |= (((m + 0x06060606) | m) & 0xf0f0f0f0) | (((x + 0x0606) | x) & 0xfff0f0);
      if (e === 0 && (n & 0xff0000) === 0x540000 && s >>> 0 < 24) {
        s = s * 3600 + (((c >>> 16) & 15) * 10 + (c >>> 24)) * 60 + ((d >>> 8) & 15) * 10 + ((d >>> 16) & 15);
        m = (Math.imul(m, 10) + (m >>> 8)) & 0x00ff00ff;
        n${i} = (DD * 86400 + s) * 1000000 + (((m & 0xff) * 100 + (m >>> 16)) * 100 + (x & 0xff) * 10 + (x >>> 8));
        p += 27;
        break plain${i};
      }
      ${timeSource(i, 'timestamp')}
    }`;
}

/** Up to so many digits a word holds. */
const WORD_DIGITS = 9;

/** The digits from `p` on into `into`, a word: nothing where there are more than it holds. */
function digitsSource(into: string): string {
  return `for (c = b[p] - 48; c >>> 0 < 10; c = b[++p] - 48) ${into} = (Math.imul(${into}, 10) + c) | 0;`;
}

/** Where there are more digits than a word holds: those from `s` to `p` again, into the double `into`. */
function longDigitsSource(into: string): string {
  return `{ ${into} = 0; for (x = s; x < p; x++) ${into} = ${into} * 10 + (b[x] - 48); }`;
}

function integerSource(i: number): string {
  return `
    g = b[p] === 45; if (g) p++;
    s = p; n = 0;
    ${digitsSource('n')}
    d = p - s;
    if (d === 0 || d > ${EXACT_DIGITS}) break bad${i};
    n${i} = n;
    if (d > ${WORD_DIGITS}) ${longDigitsSource(`n${i}`)}
    if (g) n${i} = -n${i};`;
}

/** The digits before the mark are a word, those behind it another one; the two of them together are exact. */
function decimalSource({ index: i, column, min, max }: ScanColumn, decimalSeparator: '.' | ','): string {
  const { type } = column;
  if (type.kind !== 'DECIMAL') return `break bad${i};`;
  const { precision, scale } = type;
  const mark = decimalSeparator.charCodeAt(0);
  const wide = min === null && max === null ? `S.wide(${i}, f, m, g, k${i}); n${i} = NaN;` : `break bad${i};`;
  return `
    g = b[p] === 45; if (g) p++;
    s = p; n = 0; m = ${scale};
    ${digitsSource('n')}
    d = p - s; if (d === 0 || d > ${Math.min(precision - scale, EXACT_DIGITS)}) break bad${i};
    f = n;
    ${precision - scale > WORD_DIGITS ? `if (d > ${WORD_DIGITS}) ${longDigitsSource('f')}` : ''}
    if (b[p] === ${mark}) {
      s = ++p; n = 0;
      ${digitsSource('n')}
      m = ${scale} - (p - s); if (p === s || m < 0 || d + ${scale} - m > ${EXACT_DIGITS}) break bad${i};
      h = n;
      ${scale > WORD_DIGITS ? `if (${scale} - m > ${WORD_DIGITS}) ${longDigitsSource('h')}` : ''}
      f = f * POWERS[${scale} - m] + h;
    }
    if (f <= LIMITS[m]) n${i} = g ? -f * POWERS[m] : f * POWERS[m];
    else { ${wide} }`;
}

/** Writes `n<i>` to the column's place `k<i>`; NaN was written already. */
export function storeSource({ index: i, form, kind }: ScanColumn): string {
  const guard = kind === 'decimal' ? `if (n${i} === n${i})` : '';
  switch (form) {
    case 'int32':
      return `w${i}[k${i}] = n${i};`;
    case 'int64':
      return `${guard} { w${i}[k${i} * 2] = n${i} | 0; w${i}[k${i} * 2 + 1] = Math.floor(n${i} / 4294967296); }`;
    case 'wide':
      return `${guard} {
      c = n${i} < 0 ? -1 : 0; d = k${i} * 16;
      v${i}.setInt32(d, c); v${i}.setInt32(d + 4, c); v${i}.setInt32(d + 8, Math.floor(n${i} / 4294967296)); v${i}.setInt32(d + 12, n${i} | 0);
    }`;
    case 'double':
    case null:
      return '';
  }
}

export function limitSource({ index: i, min, max }: ScanColumn): string {
  const low = min === null ? '' : `if (n${i} < ${min}) break bad${i};`;
  const high = max === null ? '' : `if (n${i} > ${max}) break bad${i};`;
  return `${low} ${high}`;
}

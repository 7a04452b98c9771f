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
      return timeSource(i, 'timestamp');
    case 'text':
    case 'general':
      return `break bad${i};`;
  }
}

function timeSource(i: number, method: string): string {
  return `p = T${i}.${method}(view, p); if (p < 0) break bad${i}; n${i} = T${i}.value[0];`;
}

function integerSource(i: number): string {
  return `
    g = b[p] === 45; if (g) p++;
    s = p; n = 0;
    for (c = b[p] - 48; c >>> 0 < 10; c = b[++p] - 48) n = n * 10 + c;
    if (p === s || p - s > ${EXACT_DIGITS}) break bad${i};
    n${i} = g ? -n : n;`;
}

function decimalSource({ index: i, column, min, max }: ScanColumn, decimalSeparator: '.' | ','): string {
  const { type } = column;
  if (type.kind !== 'DECIMAL') return `break bad${i};`;
  const { precision, scale } = type;
  const mark = decimalSeparator.charCodeAt(0);
  const wide = min === null && max === null ? `S.wide(${i}, n, m, g, k${i}); n${i} = NaN;` : `break bad${i};`;
  return `
    g = b[p] === 45; if (g) p++;
    s = p; n = 0; m = ${scale};
    for (c = b[p] - 48; c >>> 0 < 10; c = b[++p] - 48) n = n * 10 + c;
    d = p - s; if (d === 0) break bad${i};
    if (b[p] === ${mark}) {
      s = ++p;
      for (c = b[p] - 48; c >>> 0 < 10; c = b[++p] - 48) n = n * 10 + c;
      m = ${scale} - (p - s); if (p === s || m < 0) break bad${i};
    }
    if (d > ${precision - scale} || d + ${scale} - m > ${EXACT_DIGITS}) break bad${i};
    if (n <= LIMITS[m]) n${i} = g ? -n * POWERS[m] : n * POWERS[m];
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

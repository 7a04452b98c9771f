/** Readers of the plain types: whole numbers, floats, booleans, text, JSON, bytes. Surrounding blanks are never dropped. */
import { refused, type Reading } from './reading.ts';

export const INT64_MIN = -(2n ** 63n);
export const INT64_MAX = 2n ** 63n - 1n;

/** Digits with an optional sign; no exponent, no decimal mark, no thousands separator. */
export function readInt64(text: string): Reading {
  // 400 digits bound the cost of the conversion; leading zeros are allowed.
  if (/^[+-]?\d{1,400}$/.test(text)) {
    const value = BigInt(text.startsWith('+') ? text.slice(1) : text);
    if (value >= INT64_MIN && value <= INT64_MAX) {
      return { ok: true, value };
    }
  }
  return refused(`a whole number from ${INT64_MIN} to ${INT64_MAX}`);
}

export function readFloat64(text: string, separator: '.' | ',' = '.'): Reading {
  const plain = separator === ',' ? text.replace(',', '.') : text;
  const misplaced = separator === ',' && text.includes('.');
  if (!misplaced && /^[+-]?(\d+([.]\d*)?|[.]\d+)([eE][+-]?\d+)?$/.test(plain)) {
    const value = Number(plain);
    if (Number.isFinite(value)) {
      // Minus zero equals zero everywhere but in its printed form.
      return { ok: true, value: value === 0 ? 0 : value };
    }
  }
  return refused('a finite number');
}

const BOOLEANS = new Map<string, boolean>([
  ...['true', 't', 'yes', 'y', '1'].map((word) => [word, true] as const),
  ...['false', 'f', 'no', 'n', '0'].map((word) => [word, false] as const),
]);

/** true/false, t/f, yes/no, y/n, 1/0, in any case. */
export function readBool(text: string): Reading {
  const value = text.length <= 5 ? BOOLEANS.get(text.toLowerCase()) : undefined;
  return value === undefined ? refused('true or false (also t/f, yes/no, y/n, 1/0)') : { ok: true, value };
}

export function readString(text: string): Reading {
  return text.isWellFormed() ? { ok: true, value: text } : refused('well-formed text');
}

/** The value is the text itself, once it is known to be one JSON document. */
export function readJson(text: string): Reading {
  try {
    JSON.parse(text);
    return { ok: true, value: text };
  } catch {
    return refused('one JSON document');
  }
}

/** Base64 (RFC 4648, padded, standard alphabet). */
export function readBytes(text: string): Reading {
  if (/^[A-Za-z0-9+/]*={0,2}$/.test(text)) {
    const bytes = Buffer.from(text, 'base64');
    if (bytes.toString('base64') === text) {
      return { ok: true, value: new Uint8Array(bytes) };
    }
  }
  return refused('bytes in base64');
}

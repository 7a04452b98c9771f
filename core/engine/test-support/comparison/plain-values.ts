/** Values in Parquet's PLAIN encoding as texts that can be compared (plainText). */
import type { ColumnType, Value } from '../../../types/column-type.ts';
import { physicalOf, WIDE_DECIMAL_BYTES } from '../../parquet/parquet-schema.ts';
import { plainText } from '../parquet-values.ts';

export type PlainText = string | null;

/** The `count` values of a page's body, all of which they take. */
export function plainValues(type: ColumnType, body: Buffer, count: number): PlainText[] {
  const read = readerOf(type, body);
  let at = 0;
  const texts = Array.from({ length: count }, (_, index) => {
    const { value, next } = read(at, index);
    at = next;
    return plainText(type, value);
  });
  const expected = type.kind === 'BOOL' ? Math.ceil(count / 8) : at;
  if (expected !== body.length) throw new Error(`${body.length - expected} bytes stand behind the values of a page`);
  return texts;
}

type ReadOne = (at: number, index: number) => { readonly value: Value; readonly next: number };

function readerOf(type: ColumnType, body: Buffer): ReadOne {
  switch (physicalOf(type)) {
    case 'BOOLEAN':
      return (at, index) => ({ value: (((body[index >> 3] as number) >> (index & 7)) & 1) === 1, next: at });
    case 'INT32':
      return (at) => ({ value: body.readInt32LE(at), next: at + 4 });
    case 'INT64':
      return (at) => ({ value: body.readBigInt64LE(at), next: at + 8 });
    case 'DOUBLE':
      return (at) => ({ value: body.readDoubleLE(at), next: at + 8 });
    case 'FIXED_LEN_BYTE_ARRAY':
      return (at) => ({ value: (body.readBigInt64BE(at) << 64n) | body.readBigUInt64BE(at + 8), next: at + WIDE_DECIMAL_BYTES });
    case 'BYTE_ARRAY':
      return (at) => {
        const next = at + 4 + body.readUInt32LE(at);
        if (next > body.length) throw new Error('a text goes on behind its page');
        const bytes = body.subarray(at + 4, next);
        return { value: type.kind === 'BYTES' ? bytes : bytes.toString('utf8'), next };
      };
  }
}

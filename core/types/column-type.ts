/**
 * The types of columns and expressions, and the in-memory form of their values. One place knows both, for the spec,
 * the expression language, the engine and the generated SQL.
 */

/** A type as data. Decimals carry their digits: NUMERIC is (38,9), BIGNUMERIC (38,18), NUMERIC(p,s) with s > 9 becomes BIGNUMERIC(p,s). */
export type ColumnType =
  | { readonly kind: 'STRING' }
  | { readonly kind: 'INT64' }
  | { readonly kind: 'DECIMAL'; readonly precision: number; readonly scale: number }
  | { readonly kind: 'FLOAT64' }
  | { readonly kind: 'BOOL' }
  | { readonly kind: 'DATE' }
  | { readonly kind: 'TIME' }
  | { readonly kind: 'DATETIME' }
  | { readonly kind: 'TIMESTAMP' }
  | { readonly kind: 'JSON' }
  | { readonly kind: 'BYTES' };

export type TypeKind = ColumnType['kind'];

/**
 * A value in memory; its type is known from elsewhere (a column or a typed expression), never from the value.
 *
 * | type | value |
 * |---|---|
 * | any | `null` for NULL |
 * | STRING, JSON | string (well-formed; JSON as its text) |
 * | INT64 | bigint within the signed 64-bit range |
 * | DECIMAL(p,s) | bigint, the value times 10^s |
 * | FLOAT64 | number, finite |
 * | BOOL | boolean |
 * | DATE | number, whole days since 1970-01-01 |
 * | TIME | number, microseconds since midnight, below 86,400,000,000 |
 * | DATETIME | bigint, microseconds since 1970-01-01T00:00:00 without a zone |
 * | TIMESTAMP | bigint, microseconds since 1970-01-01T00:00:00Z |
 * | BYTES | Uint8Array |
 */
export type Value = null | string | bigint | number | boolean | Uint8Array;

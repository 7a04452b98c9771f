/**
 * The texts that cast(text as T) accepts, as regular expressions that mean the same in JavaScript and in RE2 (DuckDB,
 * BigQuery). Narrower than the readers of files: a cast is written for one known form.
 */
import type { TypeKind } from '../types/column-type.ts';

const DATE = '[0-9]{4}-[0-9]{2}-[0-9]{2}';
const TIME = '([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]{1,6})?';
const OFFSET = '(Z|[+-](0[0-9]|1[0-7]):[0-5][0-9])?';

export const CAST_TEXTS: Readonly<Partial<Record<TypeKind, string>>> = {
  INT64: '[+-]?[0-9]{1,400}',
  DECIMAL: '[+-]?([0-9]{1,200}([.][0-9]{0,200})?|[.][0-9]{1,200})',
  DATE,
  TIME,
  DATETIME: `${DATE}[T ]${TIME}`,
  TIMESTAMP: `${DATE}[T ]${TIME}${OFFSET}`,
};

const compiled = new Map(Object.entries(CAST_TEXTS).map(([kind, source]) => [kind, new RegExp(`^(?:${source})$`)]));

export function isCastText(kind: TypeKind, text: string): boolean {
  return compiled.get(kind)?.test(text) ?? true;
}

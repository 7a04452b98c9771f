/**
 * The typed tree of an expression: what the parser and the type checker give, and what every back end (JavaScript
 * function, scanner code, DuckDB SQL, BigQuery SQL) compiles from. Plain data; nothing of the YAML's text reaches SQL but as a literal.
 * What each function means, on NULL too, is in functions.ts, the only catalogue.
 */
import type { ColumnType, Value } from '../types/column-type.ts';
import type { FunctionName } from './functions.ts';

export type Expression =
  | { readonly kind: 'literal'; readonly type: ColumnType; readonly value: Value }
  /** A column of the record by its name; `type` is the column's. */
  | { readonly kind: 'column'; readonly type: ColumnType; readonly name: string }
  | { readonly kind: 'call'; readonly type: ColumnType; readonly function: FunctionName; readonly arguments: readonly Expression[] }
  | { readonly kind: 'cast'; readonly type: ColumnType; readonly operand: Expression }
  /** searched CASE; `otherwise` null is NULL. */
  | {
      readonly kind: 'case';
      readonly type: ColumnType;
      readonly branches: readonly { readonly when: Expression; readonly then: Expression }[];
      readonly otherwise: Expression | null;
    };

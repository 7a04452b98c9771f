/** Whether two warehouses hold a column in the same type. */
import type { WarehouseColumn } from '../../ports/warehouse-reader.ts';
import { printType } from '../../types/type-text.ts';

export interface TypeDifference {
  readonly column: string;
  readonly left: string;
  readonly right: string;
}

export function typeDifferences(left: readonly WarehouseColumn[], right: readonly WarehouseColumn[]): readonly TypeDifference[] {
  return left.flatMap((column, index) => {
    const other = right[index];
    if (other === undefined || kindOf(column) === kindOf(other)) return [];
    return [{ column: column.name, left: shown(column), right: shown(other) }];
  });
}

/**
 * Two differences are of the warehouses and not of the data: a result of BigQuery does not say the digits of its decimals, and a document of JSON is
 * kept as its text where BigQuery would write it anew. Whole numbers that DuckDB widened to decimals stay whole numbers.
 */
function kindOf({ type, repeated }: WarehouseColumn): string {
  const isWhole = type.kind === 'DECIMAL' && type.scale === 0;
  const kind = type.kind === 'JSON' ? 'STRING' : isWhole ? 'INT64' : type.kind;
  return repeated ? `${kind}[]` : kind;
}

function shown({ type, repeated }: WarehouseColumn): string {
  return repeated ? `${printType(type)}[]` : printType(type);
}

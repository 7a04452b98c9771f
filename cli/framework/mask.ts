/**
 * Values of classified columns (pii, confidential) are not shown on a terminal or in reports: what stands in their place
 * tells only whether there was a value.
 */
export const MASKED = '***';

export interface ClassifiedColumn {
  readonly name: string;
  readonly classification: 'pii' | 'confidential' | null;
}

export function maskValue<T>(value: T, column: ClassifiedColumn): T | typeof MASKED {
  return column.classification === null || value === null ? value : MASKED;
}

/** A row as name -> value with its classified columns masked; names that no column has are kept. */
export function maskRow(row: Readonly<Record<string, unknown>>, columns: readonly ClassifiedColumn[]): Record<string, unknown> {
  const byName = new Map(columns.map((column) => [column.name, column]));
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => {
      const column = byName.get(name);
      return [name, column === undefined ? value : maskValue(value, column)];
    }),
  );
}

/**
 * Which columns hold what is not shown on a terminal or in a report (classification: pii, confidential), and the text in their place that
 * tells only that there was something. The quarantine files, the warehouse and the extract hold the values, each with its own access.
 */
import { referencedColumns } from '../expression/referenced-columns.ts';
import type { SourceSpec } from '../spec/source-spec.ts';

export const MASKED = '***';

/** Names of the source's classified columns. */
export function classifiedColumns(spec: Pick<SourceSpec, 'schema'>): ReadonlySet<string> {
  return new Set(spec.schema.filter((column) => column.classification !== null).map((column) => column.name));
}

/** Columns of the warehouse that are made from a classified column of any source: reference data puts names into trades. */
export function classifiedInWarehouse(specs: readonly SourceSpec[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const spec of specs) {
    const classified = classifiedColumns(spec);
    for (const name of classified) names.add(name);
    for (const { column, expression } of spec.canonical.map) {
      if (referencedColumns(expression).some((name) => classified.has(name))) names.add(column);
    }
  }
  return names;
}

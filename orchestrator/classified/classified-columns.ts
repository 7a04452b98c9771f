/** Which columns hold what is not shown on a terminal, and a text in their place that tells only that there was something. */
import type { SourceSpec } from '../../core/spec/source-spec.ts';

export const MASKED = '***';

/** Names of the source's classified columns. */
export function classifiedColumns(spec: SourceSpec): ReadonlySet<string> {
  return new Set(spec.schema.filter((column) => column.classification !== null).map((column) => column.name));
}

/** Columns of the warehouse that are made from a classified column of any source: reference data puts names into trades. */
export function classifiedInWarehouse(specs: readonly SourceSpec[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const spec of specs) {
    const classified = classifiedColumns(spec);
    for (const name of classified) names.add(name);
    for (const { column, expression } of spec.canonical.map) if (reads(expression, classified)) names.add(column);
  }
  return names;
}

/** Whether an expression reads one of the columns, however deep. */
function reads(node: unknown, columns: ReadonlySet<string>): boolean {
  if (Array.isArray(node)) return node.some((one) => reads(one, columns));
  if (typeof node !== 'object' || node === null) return false;
  const members = new Map<string, unknown>(Object.entries(node));
  const name = members.get('name');
  if (members.get('kind') === 'column' && typeof name === 'string' && columns.has(name)) return true;
  return [...members.values()].some((member) => reads(member, columns));
}

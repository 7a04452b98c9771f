/** The columns of valid.parquet that come from the spec, in order. The lineage columns follow them. */
import type { SourceSpec } from '../spec/source-spec.ts';
import type { OutputColumn } from './output/file-output.ts';

/** A column of precision ns is followed by <name>_nanos: INT64, 0 to 999, NULL where the column is. */
export function outputColumns(spec: SourceSpec): readonly OutputColumn[] {
  return spec.schema.flatMap((column): OutputColumn[] => {
    const own = { name: column.name, type: column.type, repeated: column.mode === 'REPEATED' };
    return hasNanos(column) ? [own, { name: `${column.name}_nanos`, type: { kind: 'INT64' }, repeated: own.repeated }] : [own];
  });
}

export function hasNanos(column: SourceSpec['schema'][number]): boolean {
  return column.precision === 'ns' && (column.type.kind === 'TIMESTAMP' || column.type.kind === 'DATETIME');
}

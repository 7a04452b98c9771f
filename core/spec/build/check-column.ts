/** Names of columns in keys of a spec: whether there are such columns, and whether they are of a fitting type. */
import type { ColumnType, TypeKind } from '../../types/column-type.ts';
import { nearestWord } from '../../types/nearest-word.ts';
import type { Column } from '../source-spec.ts';
import type { Path } from '../spec-problem.ts';
import { report, type Builder } from './builder.ts';

/** Kinds that stand for one value that can be told from another by its text. */
export const KEY_KINDS: readonly TypeKind[] = ['STRING', 'INT64', 'DECIMAL', 'BOOL', 'DATE', 'TIME', 'DATETIME', 'TIMESTAMP', 'BYTES'];
export const NUMBER_KINDS: readonly TypeKind[] = ['INT64', 'DECIMAL', 'FLOAT64'];

export function checkColumn(builder: Builder, path: Path, name: string, columns: readonly Column[]): Column | undefined {
  const column = columns.find((each) => each.name === name);
  if (column === undefined) {
    const names = columns.map((each) => each.name);
    const nearest = nearestWord(name, names);
    report(builder, path, `There is no column ${name}.`, {
      expected: nearest === undefined ? names.join(', ') : `perhaps ${nearest}`,
      found: name,
    });
  }
  return column;
}

/** Like checkColumn, and a column of one value a record of one of the kinds. */
export function checkColumnOf(
  builder: Builder,
  path: Path,
  name: string,
  columns: readonly Column[],
  wanted: { readonly kinds: readonly TypeKind[]; readonly what: string },
): Column | undefined {
  const column = checkColumn(builder, path, name, columns);
  if (column !== undefined && (column.mode === 'REPEATED' || !wanted.kinds.includes(column.type.kind))) {
    report(builder, path, `${name} cannot be ${wanted.what}.`, {
      expected: `a column of type ${wanted.kinds.map(shownKind).join(', ')}`,
      found: column.mode === 'REPEATED' ? `a list of ${column.type_text}` : column.type_text,
    });
    return undefined;
  }
  return column;
}

function shownKind(kind: ColumnType['kind']): string {
  return kind === 'DECIMAL' ? 'NUMERIC' : kind;
}

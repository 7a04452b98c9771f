/** Which field of a CSV record is which column: told by the header, or by positions where there is none. */
import type { SourceSpec } from '../../../spec/source-spec.ts';
import { fileFinding } from '../../findings/file-finding.ts';
import { shownText } from '../../findings/shown-text.ts';
import type { Finding } from '../../report.ts';

export interface FieldPlan {
  readonly fieldCount: number;
  /** By position in the schema: the field's index, -1 where the file does not have the column. */
  readonly fieldOf: readonly number[];
  /** Unknown fields that are kept in _extra. */
  readonly kept: readonly NamedField[];
  /** Fields that are not loaded; their bytes must be text all the same. */
  readonly unloaded: readonly NamedField[];
}

export interface NamedField {
  readonly field: number;
  readonly name: string;
}

export interface HeaderReading {
  readonly plan: FieldPlan;
  /** The file fails when there is one. */
  readonly findings: readonly Finding[];
}

export function planWithoutHeader(spec: SourceSpec): FieldPlan {
  const fieldOf = spec.schema.map((column, index) => (column.locator.kind === 'position' ? column.locator.position - 1 : index));
  const ignored = spec.source.csv.ignore_columns.filter((item) => typeof item === 'number').map((item) => item - 1);
  const fieldCount = Math.max(...fieldOf, ...ignored) + 1;
  const loaded = new Set(fieldOf);
  const unloaded = Array.from({ length: fieldCount }, (_, field) => field).filter((field) => !loaded.has(field));
  return { fieldCount, fieldOf, kept: [], unloaded: unloaded.map((field) => ({ field, name: `#${field + 1}` })) };
}

export function planFromHeader(header: readonly string[], spec: SourceSpec): HeaderReading {
  const fieldOf = spec.schema.map((column) =>
    column.locator.kind === 'position'
      ? positionWithin(column.locator.position, header)
      : header.indexOf(column.locator.kind === 'header' ? column.locator.text : column.name),
  );
  const loaded = new Set(fieldOf);
  const unloaded: NamedField[] = [];
  const unknown: NamedField[] = [];
  header.forEach((name, field) => {
    if (!loaded.has(field)) {
      (isIgnored(name, field, spec) ? unloaded : unknown).push({ field, name: name === '' ? `#${field + 1}` : name });
    }
  });
  const evolves = spec.schema_drift === 'evolve';
  return {
    plan: {
      fieldCount: header.length,
      fieldOf,
      kept: evolves ? unknown : [],
      unloaded: evolves ? unloaded : [...unloaded, ...unknown],
    },
    findings: [
      ...repeatedColumns(header, spec),
      ...missingColumns(fieldOf, header, spec),
      ...(spec.schema_drift === 'freeze' ? [...unknownColumns(unknown), ...reorderedColumns(fieldOf, spec)] : []),
    ],
  };
}

function positionWithin(position: number, header: readonly string[]): number {
  return position <= header.length ? position - 1 : -1;
}

function isIgnored(name: string, field: number, spec: SourceSpec): boolean {
  return spec.source.csv.ignore_columns.some((item) => (typeof item === 'number' ? item === field + 1 : item === name));
}

function repeatedColumns(header: readonly string[], spec: SourceSpec): Finding[] {
  return spec.schema.flatMap((column) => {
    const { locator } = column;
    return locator.kind === 'header' && header.filter((name) => name === locator.text).length > 1
      ? [headerMismatch(column.name, 'the column once', locator.text, `The header has the column ${locator.text} twice.`)]
      : [];
  });
}

/** Where the schema may drift, a column that may be NULL may be absent. */
function missingColumns(fieldOf: readonly number[], header: readonly string[], spec: SourceSpec): Finding[] {
  return spec.schema.flatMap((column, index) => {
    const mayBeAbsent = spec.schema_drift !== 'freeze' && (column.nullable || column.default !== null);
    if ((fieldOf[index] ?? -1) >= 0 || mayBeAbsent) {
      return [];
    }
    const wanted = column.locator.kind === 'position' ? `position ${column.locator.position}` : locatorText(column);
    return [headerMismatch(column.name, wanted, header.join(', '), `The header does not have the column ${wanted}.`)];
  });
}

function locatorText(column: SourceSpec['schema'][number]): string {
  return column.locator.kind === 'header' ? column.locator.text : column.name;
}

function unknownColumns(unknown: readonly NamedField[]): Finding[] {
  return unknown.map(({ field, name }) =>
    headerMismatch(
      null,
      'only columns of the schema and of ignore_columns',
      name,
      `Column ${field + 1} of the header, ${shownText(name)}, is not in the schema.`,
    ),
  );
}

function reorderedColumns(fieldOf: readonly number[], spec: SourceSpec): Finding[] {
  const byHeader = spec.schema.flatMap((column, index) => {
    const field = fieldOf[index] ?? -1;
    return column.locator.kind === 'header' && field >= 0 ? [{ name: column.name, field }] : [];
  });
  const out = byHeader.find((column, index) => index > 0 && column.field < (byHeader[index - 1]?.field ?? -1));
  return out === undefined
    ? []
    : [
        headerMismatch(
          out.name,
          'the columns in the order of the schema',
          `position ${out.field + 1}`,
          `The header has the column ${out.name} before columns that the schema has first.`,
        ),
      ];
}

function headerMismatch(column: string | null, expected: string, found: string, message: string): Finding {
  return fileFinding('HEADER_MISMATCH', message, { column, expected, found: shownText(found) });
}

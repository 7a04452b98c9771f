/** schema: the columns, their values read by their own readers. */
import type { ColumnType } from '../../types/column-type.ts';
import { nearestWord } from '../../types/nearest-word.ts';
import { parseType, TYPE_NAMES } from '../../types/type-text.ts';
import type { ColumnDocument } from '../document/document-model.ts';
import type { Column, Source } from '../source-spec.ts';
import { report, reportKey, type Builder } from './builder.ts';
import { buildLocator } from './build-locator.ts';
import { checkedZone } from './build-source.ts';
import { buildTimeFormat, isTemporal } from './build-time-format.ts';
import { buildLimits } from './build-limits.ts';

export function buildColumns(builder: Builder, source: Source): readonly Column[] {
  checkNames(builder);
  const columns = builder.document.schema.map((document, index) => buildColumn(builder, source, document, index));
  return columns.filter((column) => column !== undefined);
}

function buildColumn(builder: Builder, source: Source, document: ColumnDocument, index: number): Column | undefined {
  const path = ['schema', index];
  const type = parseType(document.type);
  if (type === undefined) {
    const nearest = nearestWord(document.type.toUpperCase(), TYPE_NAMES);
    report(builder, [...path, 'type'], 'There is no such type.', {
      expected: nearest === undefined ? `${TYPE_NAMES.join(', ')}, NUMERIC(p,s) with p up to 38` : `perhaps ${nearest}`,
      found: document.type,
    });
    return undefined;
  }
  const mode = document.mode === 'REPEATED' ? 'REPEATED' : 'NULLABLE';
  checkKeysOfType(builder, document, index, type);
  const format = buildTimeFormat(builder, document, source, index, type);
  const timezone = checkedZone(
    builder,
    [...path, 'timezone'],
    document.timezone ?? (source.timezone === 'UTC' ? undefined : source.timezone),
  );
  const shape = { type, format, timezone, precision: document.precision ?? 'us', mode } as const;
  return {
    name: document.name,
    description: document.description ?? '',
    type_text: document.type,
    ...shape,
    nullable: buildNullable(builder, document, index),
    locator: buildLocator(builder, source, document, index),
    ...buildLimits(builder, source, document, index, shape),
    pattern: buildPattern(builder, document, index),
    max_length: document.max_length ?? null,
    unique: document.unique ?? false,
    check: document.check ?? null,
    classification: document.classification ?? null,
    unit: document.unit ?? null,
  };
}

function checkNames(builder: Builder): void {
  const first = new Map<string, string>();
  builder.document.schema.forEach(({ name, precision }, index) => {
    const names = precision === 'ns' ? [name, `${name}_nanos`] : [name];
    for (const each of names) {
      const other = first.get(each.toLowerCase());
      if (other !== undefined) {
        report(builder, ['schema', index, 'name'], 'Two columns have one name (case does not tell them apart).', {
          expected: `a name other than ${other}`,
          found: each,
        });
      }
      first.set(each.toLowerCase(), each);
    }
  });
}

function buildNullable(builder: Builder, document: ColumnDocument, index: number): boolean {
  if (document.mode === 'REQUIRED' && document.nullable === true) {
    report(builder, ['schema', index, 'nullable'], 'mode REQUIRED and nullable: true contradict each other.');
  }
  return document.nullable ?? document.mode !== 'REQUIRED';
}

/** Keys that have a meaning for some types only. */
const TYPES_OF_KEY: Readonly<Record<string, (type: ColumnType) => boolean>> = {
  format: isTemporal,
  timezone: ({ kind }) => kind === 'TIMESTAMP',
  precision: ({ kind }) => kind === 'TIMESTAMP' || kind === 'DATETIME',
  pattern: ({ kind }) => kind === 'STRING',
  max_length: ({ kind }) => kind === 'STRING' || kind === 'BYTES' || kind === 'JSON',
  check: ({ kind }) => kind === 'STRING',
  min_value: ({ kind }) => !['JSON', 'BYTES', 'BOOL'].includes(kind),
  max_value: ({ kind }) => !['JSON', 'BYTES', 'BOOL'].includes(kind),
  allowed_values: ({ kind }) => !['JSON', 'BYTES'].includes(kind),
  unique: ({ kind }) => !['JSON'].includes(kind),
};

function checkKeysOfType(builder: Builder, document: ColumnDocument, index: number, type: ColumnType): void {
  for (const key of Object.keys(document)) {
    if (TYPES_OF_KEY[key]?.(type) === false) {
      reportKey(builder, ['schema', index, key], `${key} has no meaning for ${type.kind}.`, { found: document.type });
    }
    if (document.mode === 'REPEATED' && ['default', 'unique'].includes(key)) {
      reportKey(builder, ['schema', index, key], `${key} has no meaning for REPEATED.`, { found: 'REPEATED' });
    }
  }
}

function buildPattern(builder: Builder, document: ColumnDocument, index: number): string | null {
  const { pattern } = document;
  if (pattern === undefined) {
    return null;
  }
  try {
    new RegExp(`^(?:${pattern})$`, 'u');
  } catch {
    report(builder, ['schema', index, 'pattern'], 'The regular expression does not parse.', {
      expected: 'JavaScript syntax, flag u',
      found: pattern,
    });
  }
  return pattern;
}

/**
 * One YAML file to a spec that every lane can trust, or everything that is wrong with it. Pure: no file is read here.
 */
import { createHash } from 'node:crypto';
import { CANONICAL_ENTITIES } from '../canonical/entities.ts';
import type { ColumnType } from '../types/column-type.ts';
import { buildCanonical } from './build/build-canonical.ts';
import { buildColumns } from './build/build-columns.ts';
import { buildControlFile } from './build/build-control-file.ts';
import { buildExpectations } from './build/build-expectations.ts';
import { buildIdentity, buildProcessing, type CanonicalKeys } from './build/build-processing.ts';
import { buildQuality } from './build/build-quality.ts';
import { buildSource } from './build/build-source.ts';
import { buildStream } from './build/build-stream.ts';
import { buildTests } from './build/build-tests.ts';
import { buildValidation } from './build/build-validation.ts';
import { report, type Builder } from './build/builder.ts';
import { refuseFileKeys } from './build/refuse-file-keys.ts';
import { checkDocument } from './document/check-document.ts';
import { unsupportedProblems } from './document/unsupported.ts';
import { readYaml } from './document/yaml-document.ts';
import type { Canonical, Column, SourceSpec, Stream } from './source-spec.ts';
import { sourceColumn } from './source-column.ts';
import type { Path, SpecProblem } from './spec-problem.ts';

export type SpecPlace = Pick<SpecProblem, 'file' | 'line' | 'column'>;

export type ParsedSpec =
  /** placeOf tells where a key's value stands, for what only all specs together show. */
  { readonly spec: SourceSpec; readonly placeOf: (path: Path) => SpecPlace } | { readonly problems: readonly SpecProblem[] };

/** `fileName` is relative to the specs folder, '/'-separated; the name of the source is its last part without .yaml. */
export function parseSpec(text: string, fileName: string): ParsedSpec {
  const yaml = readYaml(text, fileName);
  if (yaml.problems.length > 0) {
    return { problems: inOrder(yaml.problems) };
  }
  const checked = checkDocument(yaml);
  if (!checked.ok) {
    return { problems: inOrder(checked.problems) };
  }
  const builder: Builder = { document: checked.document, yaml, problems: [...unsupportedProblems(checked.document, yaml)] };
  if (builder.problems.length > 0) {
    return { problems: inOrder(builder.problems) };
  }
  const spec = build(builder, text, fileName);
  return spec === undefined || builder.problems.length > 0
    ? { problems: inOrder(builder.problems) }
    : { spec, placeOf: (path) => yaml.problem(path, '') };
}

function build(builder: Builder, text: string, fileName: string): SourceSpec | undefined {
  const { document } = builder;
  checkName(builder, fileName);
  refuseFileKeys(builder);
  const source = buildSource(builder);
  if (source === undefined) {
    return undefined;
  }
  const columns = buildColumns(builder, source);
  if (columns.length < document.schema.length) {
    // Every expression over a column without a type would be a second problem of the same cause.
    return undefined;
  }
  const types = expressionTypes(columns);
  const validation = buildValidation(builder, columns, types);
  const identity = buildIdentity(builder, types);
  const canonical = buildCanonical(builder, columns, types, identity);
  const stream = buildStream(builder, source, columns, canonical);
  return {
    name: document.name,
    version: document.version ?? 1,
    enabled: document.enabled ?? true,
    description: document.description,
    owner: document.owner,
    domain: document.domain,
    spec_file: fileName,
    spec_version: createHash('sha256').update(text, 'utf8').digest('hex'),
    source,
    schema: columns.map((column) => withNullability(column, builder, [...(identity?.columns ?? []), ...streamColumns(stream)])),
    schema_drift: document.schema_drift ?? 'freeze',
    control_file: buildControlFile(builder, columns, source.format),
    expectations: buildExpectations(builder),
    validation,
    processing: buildProcessing(builder, columns, identity, canonicalKeys(canonical), stream?.key_field ?? null),
    canonical,
    quality: buildQuality(builder, columns, canonical, stream),
    stream,
    tests: buildTests(builder, columns, validation),
  };
}

function checkName(builder: Builder, fileName: string): void {
  const base = fileName.slice(fileName.lastIndexOf('/') + 1).replace(/\.ya?ml$/, '');
  if (builder.document.name !== base) {
    report(builder, ['name'], 'The name of a source is the name of its file.', { expected: base, found: builder.document.name });
  }
}

/** What expressions see: REPEATED columns have no single value and are left out. */
function expressionTypes(columns: readonly Column[]): ReadonlyMap<string, ColumnType> {
  return new Map(columns.filter(({ mode }) => mode !== 'REPEATED').map(({ name, type }) => [name, type]));
}

/**
 * Without its identity a record is no trade, and without its key, time or sequence number an event has no place in its stream: what
 * these read must be there unless the spec says otherwise.
 */
function withNullability(column: Column, builder: Builder, needed: readonly string[]): Column {
  const document = builder.document.schema.find(({ name }) => name === column.name);
  const isStated = document?.nullable !== undefined;
  return needed.includes(column.name) && !isStated ? { ...column, nullable: false } : column;
}

function streamColumns(stream: Stream | null): readonly string[] {
  return [stream?.key_field, stream?.event_time_field, stream?.sequence_field].filter((name) => typeof name === 'string');
}

function canonicalKeys(canonical: Canonical): CanonicalKeys {
  const key = CANONICAL_ENTITIES[canonical.entity].key;
  const column = key === null ? null : sourceColumn(canonical, key);
  return { key: column === null ? [] : [column], version: sourceColumn(canonical, 'version') };
}

function inOrder(problems: readonly SpecProblem[]): readonly SpecProblem[] {
  return [...problems].sort((a, b) => a.line - b.line || a.column - b.column);
}

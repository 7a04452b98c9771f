/** Everything of the dbt project that follows from the loaded specs. A staging model written by hand takes the place of the generated one. */
import type { SourceSpec } from '../../../core/spec/source-spec.ts';
import { columnDescription } from './column-descriptions.ts';
import { modelDocs, stagingDescription, type DocumentedModel } from './model-docs.ts';
import { modelDialect, type ModelDialect } from './model-dialect.ts';
import { profile } from './profile.ts';
import type { ProjectFile } from './project-file.ts';
import { RECORDED_ENTITIES, recordColumns, recordModel, type RecordedEntity } from './record-model.ts';
import { KEYED_ENTITIES, recordKeysColumns, recordKeysModel } from './record-keys-model.ts';
import { sourceColumnNames, sourcesModel } from './sources-model.ts';
import { stagingColumns } from './staging-columns.ts';
import { stagingModel, stagingModelName } from './staging-model.ts';
import { streamDocs, streamModels } from './stream-models.ts';
import { messagesModel, MESSAGES_DOCS } from './messages-model.ts';
import { CANDLE_TRADES_DOCS, candleTradesModel } from './candle-trades-model.ts';
import { DEAD_LETTERS_DOCS, deadLettersModel } from './dead-letters-model.ts';
import { RECONCILIATION_DOCS, reconciliationModel } from './reconciliation-model.ts';
import { streamLists } from './stream-lists.ts';
import { isStream } from '../../streams/stream-sources.ts';
import { hasQualityModel, qualityDocs, qualityModel, STREAMING_QUALITY_DOCS, streamingQualityModel } from './quality-model.ts';
import type { WarehouseTarget } from './warehouse-target.ts';

export interface GeneratedFilesOptions {
  readonly rootFolder: string;
  readonly specs: readonly SourceSpec[];
  /** Paths of the hand-written project. */
  readonly handWritten: ReadonlySet<string>;
  readonly warehouse: WarehouseTarget;
}

export function generatedFiles({ rootFolder, specs, handWritten, warehouse }: GeneratedFilesOptions): readonly ProjectFile[] {
  const dialect = modelDialect(warehouse);
  // DuckDB finds a key without being told where its rows stand.
  const keyed = dialect.kind === 'bigquery' ? KEYED_ENTITIES : [];
  const streams = specs.filter(isStream);
  const watched = specs.filter(hasQualityModel);
  const generatedStaging = specs.filter((spec) => !handWritten.has(`models/staging/${stagingModelName(spec.name)}.sql`));
  return [
    profile(rootFolder, warehouse),
    sourcesModel(specs, dialect),
    modelDocs([
      sourcesDocs(dialect),
      ...generatedStaging.map((spec) => stagingDocs(spec, dialect)),
      ...streams.flatMap((spec) => streamDocs(spec, dialect)),
      MESSAGES_DOCS,
      ...watched.map(qualityDocs),
      STREAMING_QUALITY_DOCS,
      DEAD_LETTERS_DOCS,
      CANDLE_TRADES_DOCS,
      RECONCILIATION_DOCS,
      ...RECORDED_ENTITIES.map((entity) => recordDocs(entity, dialect)),
      ...keyed.map(recordKeysDocs),
    ]),
    ...generatedStaging.map((spec) => stagingModel(spec, dialect)),
    ...streams.flatMap((spec) => streamModels(spec, dialect)),
    messagesModel(streams, dialect),
    ...watched.map(qualityModel),
    streamingQualityModel(watched, dialect),
    deadLettersModel(streams, dialect),
    candleTradesModel(streams),
    streamLists(streams),
    reconciliationModel(specs, dialect),
    ...keyed.map(recordKeysModel),
    ...RECORDED_ENTITIES.map((entity) =>
      recordModel(
        entity,
        specs.filter((spec) => spec.canonical.entity === entity).map((spec) => spec.name),
        dialect,
      ),
    ),
  ];
}

/** Of a stream, `_file` is topic and partition and `_record` the offset in it. */
const ROW_KEY = ['_load_id', '_file', '_record'];

function sourcesDocs(dialect: ModelDialect): DocumentedModel {
  const columns = sourceColumnNames(dialect).map((name) => ({ name, description: columnDescription(name) }));
  return { name: 'sources', description: 'The loaded source specs', columns, key: ['source_name'] };
}

function stagingDocs(spec: SourceSpec, dialect: ModelDialect): DocumentedModel {
  return { name: stagingModelName(spec.name), description: stagingDescription(spec), columns: stagingColumns(spec, dialect), key: ROW_KEY };
}

function recordDocs(entity: RecordedEntity, dialect: ModelDialect): DocumentedModel {
  return {
    name: `int_${entity}`,
    description: `Every staged row of every load of ${entity}, of replaced loads too. Rows are added and never changed.`,
    columns: recordColumns(entity, dialect),
    key: ROW_KEY,
  };
}

function recordKeysDocs(entity: RecordedEntity): DocumentedModel {
  const columns = recordKeysColumns(entity);
  return {
    name: `int_${entity}_keys`,
    description: `Where rows of a key of ${entity} stand, for partition pruning.`,
    columns: columns.map((name) => ({ name, description: columnDescription(name) })),
    key: columns.filter((name) => name.startsWith('_') || name.endsWith('_id') || name === 'order_key'),
  };
}

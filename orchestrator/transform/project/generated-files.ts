/** Everything of the dbt project that follows from the loaded specs. A staging model written by hand takes the place of the generated one. */
import type { SourceSpec } from '../../../core/spec/source-spec.ts';
import { columnDescription } from './column-descriptions.ts';
import { modelDocs, stagingDescription, type DocumentedModel } from './model-docs.ts';
import { profile } from './profile.ts';
import type { ProjectFile } from './project-file.ts';
import { RECORDED_ENTITIES, recordColumns, recordModel, type RecordedEntity } from './record-model.ts';
import { sourceColumnNames, sourcesModel } from './sources-model.ts';
import { stagingColumns } from './staging-columns.ts';
import { stagingModel, stagingModelName } from './staging-model.ts';

export function generatedFiles(rootFolder: string, specs: readonly SourceSpec[], handWritten: ReadonlySet<string>): readonly ProjectFile[] {
  const generatedStaging = specs.filter((spec) => !handWritten.has(`models/staging/${stagingModelName(spec.name)}.sql`));
  return [
    profile(rootFolder),
    sourcesModel(specs),
    modelDocs([sourcesDocs(), ...generatedStaging.map(stagingDocs), ...RECORDED_ENTITIES.map(recordDocs)]),
    ...generatedStaging.map(stagingModel),
    ...RECORDED_ENTITIES.map((entity) =>
      recordModel(
        entity,
        specs.filter((spec) => spec.canonical.entity === entity).map((spec) => spec.name),
      ),
    ),
  ];
}

const ROW_KEY = ['_load_id', '_record'];

function sourcesDocs(): DocumentedModel {
  const columns = sourceColumnNames().map((name) => ({ name, description: columnDescription(name) }));
  return { name: 'sources', description: 'The loaded source specs', columns, key: ['source_name'] };
}

function stagingDocs(spec: SourceSpec): DocumentedModel {
  return { name: stagingModelName(spec.name), description: stagingDescription(spec), columns: stagingColumns(spec), key: ROW_KEY };
}

function recordDocs(entity: RecordedEntity): DocumentedModel {
  return {
    name: `int_${entity}`,
    description: `Every staged row of every load of ${entity}, of replaced loads too. Rows are added and never changed.`,
    columns: recordColumns(entity),
    key: ROW_KEY,
  };
}

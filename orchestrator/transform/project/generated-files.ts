/** Everything of the dbt project that follows from the loaded specs. A staging model written by hand takes the place of the generated one. */
import type { SourceSpec } from '../../../core/spec/source-spec.ts';
import { profile } from './profile.ts';
import type { ProjectFile } from './project-file.ts';
import { RECORDED_ENTITIES, recordModel } from './record-model.ts';
import { sourcesModel } from './sources-model.ts';
import { stagingModel, stagingModelName } from './staging-model.ts';

export function generatedFiles(rootFolder: string, specs: readonly SourceSpec[], handWritten: ReadonlySet<string>): readonly ProjectFile[] {
  const generatedStaging = specs.filter((spec) => !handWritten.has(`models/staging/${stagingModelName(spec.name)}.sql`));
  return [
    profile(rootFolder),
    sourcesModel(specs),
    ...generatedStaging.map(stagingModel),
    ...RECORDED_ENTITIES.map((entity) =>
      recordModel(
        entity,
        specs.filter((spec) => spec.canonical.entity === entity).map((spec) => spec.name),
      ),
    ),
  ];
}

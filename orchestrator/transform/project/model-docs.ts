/** Documentation and tests of the generated models, as a properties file of dbt. JSON is YAML. */
import type { SourceSpec } from '../../../core/spec/source-spec.ts';
import type { ProjectFile } from './project-file.ts';

export interface DocumentedModel {
  readonly name: string;
  readonly description: string;
  readonly columns: readonly { readonly name: string; readonly description: string }[];
  /** Columns that are unique and never NULL together; null where nothing is. */
  readonly key: readonly string[] | null;
}

export function modelDocs(models: readonly DocumentedModel[]): ProjectFile {
  const document = {
    version: 2,
    models: models.map(({ name, description, columns, key }) => ({
      name,
      description: plain(description),
      columns: columns.map((column) => ({ name: column.name, description: plain(column.description) })),
      ...(key === null ? {} : { data_tests: [{ is_key: { arguments: { columns: key }, config: { tags: ['daily'] } } }] }),
    })),
  };
  return { path: 'models/generated/_generated.yml', content: `${JSON.stringify(document, null, 2)}\n` };
}

/** dbt renders descriptions as templates. */
function plain(text: string): string {
  return text.replaceAll('{', '(').replaceAll('}', ')');
}

export function stagingDescription(spec: SourceSpec): string {
  return `Current loads of ${spec.name}, with canonical names and types. ${spec.description}`;
}

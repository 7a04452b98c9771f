/** Every committed file that follows from the code: its path below the project's folder and its text. */
import { publishedSchemas } from '../../core/engine/output/report-schema.ts';
import { publishedSchemas as eventSchemas } from '../../core/events/event-schema.ts';
import { sourceSpecCheckText, sourceSpecSchemaText } from '../../core/spec/document/compile-check.ts';
import { publishedOutputs } from '../../orchestrator/published-outputs.ts';
import { publishedCommandOutputs } from '../published-outputs.ts';
import { errorsPage, findingsPage } from './codes-pages.ts';
import { RegimeModel } from '../../reporter/regime/regime-model.ts';
import { expressionsPage } from './expressions-page.ts';
import { reportingPage } from './reporting-page.ts';
import { sourceSpecPage } from './source-spec-page.ts';

export interface GeneratedFile {
  readonly path: string;
  readonly text: string;
}

export function generatedFiles(): readonly GeneratedFile[] {
  const schemas = Object.entries({ ...publishedSchemas(), ...eventSchemas(), ...publishedOutputs(), ...publishedCommandOutputs() }).map(
    ([name, schema]) => ({
      path: `docs/reference/schemas/${name}`,
      text: `${JSON.stringify(schema, null, 2)}\n`,
    }),
  );
  return [
    { path: 'core/spec/generated/source-spec-check.js', text: sourceSpecCheckText() },
    { path: 'docs/reference/schemas/source-spec.schema.json', text: sourceSpecSchemaText() },
    ...schemas,
    { path: 'docs/reference/schemas/regime.schema.json', text: regimeSchemaText() },
    { path: 'docs/reporting.md', text: reportingPage() },
    { path: 'docs/reference/source-spec.md', text: sourceSpecPage() },
    { path: 'docs/reference/expressions.md', text: expressionsPage() },
    { path: 'docs/reference/findings.md', text: findingsPage() },
    { path: 'docs/reference/errors.md', text: errorsPage() },
  ];
}

function regimeSchemaText(): string {
  return `${JSON.stringify({ $schema: 'http://json-schema.org/draft-07/schema#', ...RegimeModel }, null, 2)}\n`;
}

/** One YAML file to a regime with typed expressions, or everything that is wrong with it and where. Pure: no file is read here. */
import { Ajv, type ValidateFunction } from 'ajv';
import { report, reportExpression } from '../../core/spec/build/builder.ts';
import { documentProblems } from '../../core/spec/document/document-problems.ts';
import { readYaml, type YamlDocument } from '../../core/spec/document/yaml-document.ts';
import type { Path, SpecProblem } from '../../core/spec/spec-problem.ts';
import { outputOf } from '../output/outputs.ts';
import { buildDeadline } from './build-deadline.ts';
import { buildFields } from './build-fields.ts';
import { keptText, versionOf } from './kept-text.ts';
import { addColumn, buildCondition, buildExpression, buildText, type RegimeBuilder } from './regime-builder.ts';
import { RegimeModel, type RegimeDocument } from './regime-model.ts';
import type { PlannedField, RegimePlan } from './regime-plan.ts';
import { REPORT_COLUMNS } from './report-columns.ts';
import type { ReportingEntity } from './reporting-entity.ts';

export type ParsedRegime =
  | { readonly plan: RegimePlan; readonly problemAt: (path: Path, message: string, expected: string) => SpecProblem }
  | { readonly problems: readonly SpecProblem[] };

let compiled: ValidateFunction<RegimeDocument> | undefined;

/** `fileName` is relative to the folder of regimes; the name of a regime is that of its file without .yaml. */
export function parseRegime(text: string, fileName: string, entity: ReportingEntity): ParsedRegime {
  const yaml = readYaml(text, fileName);
  if (yaml.problems.length > 0) return { problems: yaml.problems };
  const document = checkDocument(yaml);
  if (Array.isArray(document)) return { problems: inOrder(document) };
  const types = new Map(REPORT_COLUMNS.map(({ name, type }) => [name, type]));
  const builder: RegimeBuilder = { document: document as RegimeDocument, yaml, problems: [], types };
  const plan = build(builder, text, fileName, entity);
  if (plan === undefined || builder.problems.length > 0) return { problems: inOrder(builder.problems) };
  return { plan, problemAt: (path, message, expected) => yaml.problem(path, message, { expected }) };
}

function checkDocument(yaml: YamlDocument): RegimeDocument | readonly SpecProblem[] {
  compiled ??= new Ajv({ allErrors: true, verbose: true, strictTypes: false }).compile<RegimeDocument>(RegimeModel);
  return compiled(yaml.data) ? yaml.data : documentProblems(compiled.errors ?? [], yaml);
}

function build(builder: RegimeBuilder, text: string, fileName: string, entity: ReportingEntity): RegimePlan | undefined {
  const { document } = builder;
  const base = fileName.slice(fileName.lastIndexOf('/') + 1).replace(/\.ya?ml$/, '');
  if (document.name !== base) {
    report(builder, ['name'], 'The name of a regime is the name of its file.', { expected: base, found: document.name });
  }
  const deadline = buildDeadline(builder);
  const values = buildValues(builder);
  const eligibility = document.eligibility.flatMap(({ rule, reason }, index) => {
    const expression = buildCondition(builder, ['eligibility', index, 'rule'], rule);
    return expression === undefined ? [] : { rule: expression, reason };
  });
  const message = buildMessage(builder);
  const fields = buildFields(builder);
  const rules = buildRules(builder);
  if (builder.problems.length > 0 || deadline === undefined || message === undefined) return undefined;
  checkOutput(builder, fields, message !== null);
  const kept = keptText(text, entity);
  return { document, text: kept, regimeVersion: versionOf(kept), deadline, values, eligibility, message, fields, rules };
}

function buildValues(builder: RegimeBuilder): RegimePlan['values'] {
  return (builder.document.values ?? []).flatMap(({ name, value }, index) => {
    const expression = buildExpression(builder, ['values', index, 'value'], value);
    addColumn(builder, ['values', index, 'name'], name, expression?.type ?? { kind: 'STRING' });
    return expression === undefined ? [] : { name, expression };
  });
}

function buildMessage(builder: RegimeBuilder): RegimePlan['message'] | undefined {
  const { message } = builder.document;
  if (message === undefined) return null;
  const from = buildText(builder, ['message', 'from'], message.from);
  const to = buildText(builder, ['message', 'to'], message.to);
  return from === undefined || to === undefined ? undefined : { from, to };
}

function buildRules(builder: RegimeBuilder): RegimePlan['rules'] {
  return (builder.document.rules ?? []).flatMap(({ rule, code, field, description }, index) => {
    const expression = buildCondition(builder, ['rules', index, 'rule'], rule);
    if (field !== undefined && !builder.document.fields.some(({ number }) => number === field)) {
      reportExpression(builder, ['rules', index, 'field'], {
        offset: 0,
        message: 'There is no such field.',
        expected: 'a number of fields',
        found: field,
      });
    }
    return expression === undefined ? [] : { rule: expression, code, field: field ?? null, description };
  });
}

/** What the form of the output asks of the fields. */
function checkOutput(builder: RegimeBuilder, fields: readonly PlannedField[], hasMessage: boolean): void {
  const output = outputOf(builder.document.output);
  if (output.hasHeader !== hasMessage) {
    report(builder, ['message'], 'The header of the message does not go with the output.', {
      expected: output.hasHeader ? 'message: {from, to}' : 'no message',
      found: builder.document.output,
    });
  }
  for (const { number, message, expected } of output.misfits(fields)) {
    const index = builder.document.fields.findIndex((field) => field.number === number);
    report(builder, index < 0 ? ['fields'] : ['fields', index], message, { expected, found: `field ${number}` });
  }
}

function inOrder(problems: readonly SpecProblem[]): readonly SpecProblem[] {
  return [...problems].sort((a, b) => a.line - b.line || a.column - b.column);
}

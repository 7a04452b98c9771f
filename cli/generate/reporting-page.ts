/** docs/reporting.md: what each regime reports, field by field, and the keys of its YAML. Read from the regimes themselves. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { problemText } from '../../core/spec/spec-problem.ts';
import { printType } from '../../core/types/type-text.ts';
import { FIELD_CHECKS } from '../../reporter/regime/field-checks.ts';
import { FIELD_FAULTS } from '../../reporter/regime/judge-field.ts';
import { parseRegime } from '../../reporter/regime/parse-regime.ts';
import { RegimeModel, type FieldDocument, type RegimeDocument } from '../../reporter/regime/regime-model.ts';
import { REPORT_COLUMNS } from '../../reporter/regime/report-columns.ts';
import { page, table } from './markdown.ts';
import { FOREIGN_CHECK, INTRODUCTION } from './reporting-texts.ts';
import { keysOf, type Schema } from './schema-keys.ts';

const FOLDER = join(import.meta.dirname, '..', '..', 'regimes');

export function reportingPage(): string {
  return page(
    '# Reports to regulators',
    INTRODUCTION,
    ...shippedRegimes().flatMap(regimeParts),
    FOREIGN_CHECK,
    '## Codes of findings',
    'A report with a finding is not sent. The code of a field is `<short code>_<number>_<what>`; a rule has its own.',
    table(
      ['what', 'meaning'],
      Object.entries(FIELD_FAULTS).map(([fault, meaning]) => [`\`${fault}\``, meaning]),
    ),
    '## Keys of a regime',
    table(['key', 'must be there', 'form', 'meaning'], keysOf(RegimeModel as unknown as Schema)),
    'Checks: ' +
      Object.entries(FIELD_CHECKS)
        .map(([name, { expected }]) => `\`${name}\` ${expected}`)
        .join('; ') +
      '.',
    '## What expressions see',
    'Besides these, the `values` of the regime and the fields before: `field_<number>` and `field_<number>_kind`. The conditions of a field see the field itself.',
    table(
      ['column', 'type', 'meaning'],
      REPORT_COLUMNS.map(({ name, type, description }) => [`\`${name}\``, printType(type), description]),
    ),
  );
}

/** In the order of their names; a regime that is wrong has no page. */
function shippedRegimes(): readonly RegimeDocument[] {
  return readdirSync(FOLDER)
    .sort()
    .map((file) => {
      const entity = { lei: '', submitting_lei: '', investment_firm: true, country: '' };
      const parsed = parseRegime(readFileSync(join(FOLDER, file), 'utf8'), file, entity);
      if ('problems' in parsed) throw new Error(parsed.problems.map(problemText).join('\n'));
      return parsed.plan.document;
    });
}

function regimeParts(regime: RegimeDocument): readonly string[] {
  const {
    title,
    description,
    name,
    short_code: code,
    output,
    amendments,
    eligibility,
    values = [],
    fields,
    rules = [],
    needs,
    replies,
  } = regime;
  const due = Object.entries(regime.deadline).map(([key, value]) => `${key} ${String(value)}`);
  const needed = needs.length === 0 ? 'none' : needs.join(', ');
  return [
    `## ${title}`,
    description,
    `\`regimes/${name}.yaml\`. References begin with ${code}. Sent as ${output} to the destination \`${regime.destination}\`; due: ${due.join(', ')}; amendments: ${amendments}; reference data needed: ${needed}. Codes of replies for a duplicate: ${replies.duplicate_codes.join(', ')}, for a pending one: ${replies.pending_codes.join(', ')}.`,
    table(
      ['reported where', 'else the reason is'],
      eligibility.map(({ rule, reason }) => [`\`${rule}\``, `\`${reason}\``]),
    ),
    ...(values.length === 0
      ? []
      : [
          table(
            ['value', 'expression'],
            values.map((each) => [`\`${each.name}\``, `\`${each.value}\``]),
          ),
        ]),
    table(
      ['field', 'name', 'expression', 'format and check', 'must be there', 'must not be there', 'codes'],
      fields.map((field) => fieldRow(code, field)),
    ),
    ...(rules.length === 0
      ? []
      : [
          table(
            ['rule', 'field', 'code', 'meaning'],
            rules.map((each) => [`\`${each.rule}\``, each.field ?? '', `\`${each.code}\``, each.description]),
          ),
        ]),
  ];
}

function fieldRow(shortCode: string, field: FieldDocument): readonly string[] {
  const { number, name, value, kind, forms, required_when: required, forbidden_when: forbidden, many, key } = field;
  const judged =
    forms === undefined
      ? judgedText(field)
      : Object.entries(forms)
          .map(([form, each]) => `${form}: ${judgedText(each)}`)
          .join('; ');
  const expression = kind === undefined ? `\`${value}\`` : `\`${value}\`, its kind \`${kind}\``;
  const where = key === undefined ? '' : ` (\`${key}\`)`;
  return [
    number,
    `${name}${where}`,
    expression,
    many === true ? `words by comma, each ${judged}` : judged,
    conditionText(required),
    conditionText(forbidden),
    codesOf(shortCode, field),
  ];
}

function conditionText(condition: string | undefined): string {
  return condition === undefined ? '' : condition === 'true' ? 'always' : `\`${condition}\``;
}

type Judged = Pick<FieldDocument, 'format' | 'check' | 'pattern' | 'allowed_values'>;

function judgedText({ format, check, pattern, allowed_values: allowed }: Judged): string {
  const parts = [format, check, pattern === undefined ? undefined : `\`${pattern}\``, allowed?.join(' ')];
  return parts.filter((part) => part !== undefined).join(', ');
}

/** The codes that this field can have. */
function codesOf(shortCode: string, field: FieldDocument): string {
  const all: readonly Judged[] = [field, ...Object.values(field.forms ?? {})];
  const faults = [
    field.required_when === undefined ? undefined : 'MISSING',
    field.forbidden_when === undefined ? undefined : 'FORBIDDEN',
    field.forms === undefined ? undefined : 'KIND',
    all.some(({ format }) => format !== undefined && !/^(BOOLEAN|DATE|DATE_TIME)$/.test(format)) ? 'FORMAT' : undefined,
    all.some(({ allowed_values: allowed }) => allowed !== undefined) ? 'VALUE' : undefined,
    all.some(({ pattern }) => pattern !== undefined) ? 'PATTERN' : undefined,
    all.some(({ check }) => check !== undefined) ? 'CHECK' : undefined,
  ].filter((fault) => fault !== undefined);
  return faults.map((fault) => `\`${shortCode}_${field.number}_${fault}\``).join(' ');
}

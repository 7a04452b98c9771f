/** fields: each with its typed expressions and what its value must be. */
import { report } from '../../core/spec/build/builder.ts';
import type { Path } from '../../core/spec/spec-problem.ts';
import type { ColumnType } from '../../core/types/column-type.ts';
import { printType } from '../../core/types/type-text.ts';
import { fitsType, parseFormat, someTypeOf, typesOf, type FieldFormat } from './field-format.ts';
import { addColumn, buildCondition, buildExpression, buildText, type RegimeBuilder } from './regime-builder.ts';
import type { FieldDocument } from './regime-model.ts';
import type { Judged, PlannedField } from './regime-plan.ts';

const STRING: ColumnType = { kind: 'STRING' };

export function buildFields(builder: RegimeBuilder): readonly PlannedField[] {
  return builder.document.fields.flatMap((field, index) => buildField(builder, field, ['fields', index]) ?? []);
}

function buildField(builder: RegimeBuilder, field: FieldDocument, path: Path): PlannedField | undefined {
  const value = buildExpression(builder, [...path, 'value'], field.value);
  const kind = field.kind === undefined ? null : buildText(builder, [...path, 'kind'], field.kind);
  // Names are taken though the field is wrong: what follows would be a second problem of the same cause. Its own conditions see it already.
  addColumn(builder, [...path, 'number'], `field_${field.number}`, value?.type ?? typeByFormat(field));
  addColumn(builder, [...path, 'number'], `field_${field.number}_kind`, STRING);
  const conditions = buildConditions(builder, field, path);
  if (value === undefined || kind === undefined) return undefined;
  checkKind(builder, field, path);
  if (field.many === true && value.type.kind !== 'STRING') {
    report(builder, [...path, 'many'], 'Only a text is a list of words.', { expected: 'STRING', found: printType(value.type) });
  }
  const { number, name, many = false, in_cancellation: inCancellation = false, key } = field;
  const judged = buildJudged(builder, field, path, value.type);
  const forms = buildForms(builder, field, path, value.type);
  return { number, name, type: value.type, value, kind, judged, forms, ...conditions, many, inCancellation, key: key?.split('.') ?? null };
}

function typeByFormat({ format }: FieldDocument): ColumnType {
  const parsed = format === undefined ? undefined : parseFormat(format);
  return parsed === undefined ? STRING : someTypeOf(parsed);
}

function buildConditions(builder: RegimeBuilder, field: FieldDocument, path: Path): Pick<PlannedField, 'requiredWhen' | 'forbiddenWhen'> {
  const condition = (key: 'required_when' | 'forbidden_when') => {
    const text = field[key];
    return text === undefined ? null : (buildCondition(builder, [...path, key], text) ?? null);
  };
  return { requiredWhen: condition('required_when'), forbiddenWhen: condition('forbidden_when') };
}

function buildForms(builder: RegimeBuilder, { forms }: FieldDocument, path: Path, type: ColumnType): PlannedField['forms'] {
  if (forms === undefined) return null;
  return new Map(Object.entries(forms).map(([name, form]) => [name, buildJudged(builder, form, [...path, 'forms', name], type)]));
}

/** A field without kinds says itself what its value must be; one with kinds says it for each. */
function checkKind(builder: RegimeBuilder, field: FieldDocument, path: Path): void {
  if ((field.kind === undefined) !== (field.forms === undefined)) {
    report(builder, path, 'kind and forms go together.', {
      expected: 'both or neither',
      found: field.kind === undefined ? 'forms' : 'kind',
    });
  }
  if (field.forms === undefined && field.format === undefined) {
    report(builder, [...path, 'format'], 'A field has a format.', { expected: 'format, e.g. ALPHANUM-52', found: 'none' });
  }
}

type JudgedDocument = Pick<FieldDocument, 'format' | 'check' | 'pattern' | 'allowed_values'>;

function buildJudged(builder: RegimeBuilder, judged: JudgedDocument, path: Path, type: ColumnType): Judged {
  const { check = null, allowed_values: allowed = null } = judged;
  if (type.kind !== 'STRING' && (check !== null || allowed !== null || judged.pattern !== undefined)) {
    report(builder, path, 'check, pattern and allowed_values are of texts.', {
      expected: 'a value of type STRING',
      found: printType(type),
    });
  }
  return { ...buildFormat(builder, judged.format, path, type), check, pattern: buildPattern(builder, judged.pattern, path), allowed };
}

function buildFormat(
  builder: RegimeBuilder,
  text: string | undefined,
  path: Path,
  type: ColumnType,
): { readonly format: FieldFormat | null; readonly formatText: string | null } {
  const format = text === undefined ? undefined : parseFormat(text);
  if (text !== undefined && format === undefined) {
    report(builder, [...path, 'format'], 'This is no format.', {
      expected: 'ALPHANUM-n, DECIMAL-n/m, INTEGER-n, BOOLEAN, DATE or DATE_TIME',
      found: text,
    });
  } else if (format !== undefined && !fitsType(format, type)) {
    report(builder, [...path, 'format'], 'The value is of another type than its format.', {
      expected: typesOf(format),
      found: printType(type),
    });
  }
  return { format: format ?? null, formatText: text ?? null };
}

function buildPattern(builder: RegimeBuilder, text: string | undefined, path: Path): RegExp | null {
  if (text === undefined) return null;
  try {
    return new RegExp(`^(?:${text})$`, 'u');
  } catch {
    report(builder, [...path, 'pattern'], 'This is no regular expression.', { expected: 'a regular expression', found: text });
    return null;
  }
}

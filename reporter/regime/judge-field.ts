/** What is wrong with the value of one field; its code is <short code>_<number>_<what>. */
import type { Value } from '../../core/types/column-type.ts';
import { FIELD_CHECKS } from './field-checks.ts';
import { fitsFormat } from './field-format.ts';
import type { Judged, PlannedField } from './regime-plan.ts';
import type { ReportFinding } from './regime.ts';

/** docs/reporting.md says what each means. */
export const FIELD_FAULTS = {
  MISSING: 'the field must be there and is not',
  FORBIDDEN: 'the field must not be there and is',
  KIND: 'the value is of a kind that the field does not know',
  FORMAT: 'the value is too long, has too many digits or characters that cannot be sent',
  CHECK: 'the value is no such identifier',
  PATTERN: 'the value does not match the pattern',
  VALUE: 'the value is not one of the list',
  EVALUATION: 'an expression of the field failed on the values it read',
} as const;

export type FieldFault = keyof typeof FIELD_FAULTS;

export function fieldFinding(
  shortCode: string,
  { number, name }: Pick<PlannedField, 'number' | 'name'>,
  fault: FieldFault,
  expected: string,
): ReportFinding {
  return {
    code: `${shortCode}_${number}_${fault}`,
    field: number,
    expected,
    message: `Field ${number} (${name}): ${FIELD_FAULTS[fault]}.`,
  };
}

/** null where the value, which is not NULL, is good; else the first thing that is wrong with it. */
export function judgeValue(
  field: PlannedField,
  value: Value,
  kind: string | null,
): { readonly fault: FieldFault; readonly expected: string } | null {
  const judged = field.forms === null ? field.judged : field.forms.get(kind ?? '');
  if (judged === undefined) return { fault: 'KIND', expected: [...(field.forms?.keys() ?? [])].join(', ') };
  const values = field.many && typeof value === 'string' ? value.split(',') : [value];
  for (const each of values) {
    const found = judgeOne(field, judged, each);
    if (found !== null) return found;
  }
  return null;
}

function judgeOne({ type }: PlannedField, judged: Judged, value: Value): { readonly fault: FieldFault; readonly expected: string } | null {
  const { format, formatText, check, pattern, allowed } = judged;
  if (format !== null && !fitsFormat(format, type, value)) return { fault: 'FORMAT', expected: formatText ?? '' };
  if (typeof value !== 'string') return null;
  if (format === null && !fitsFormat({ kind: 'ALPHANUM', length: Infinity }, type, value))
    return { fault: 'FORMAT', expected: 'printable text' };
  if (allowed !== null && !allowed.includes(value)) return { fault: 'VALUE', expected: allowed.join(', ') };
  if (pattern !== null && !pattern.test(value)) return { fault: 'PATTERN', expected: pattern.source };
  return check === null || FIELD_CHECKS[check].holds(value) ? null : { fault: 'CHECK', expected: FIELD_CHECKS[check].expected };
}

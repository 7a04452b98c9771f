/** validation: the rules of records and files as typed expressions. */
import { parseCondition } from '../../expression/parse-expression.ts';
import type { ColumnTypes } from '../../expression/type-check.ts';
import { parseDecimal, rescaleExact } from '../../types/decimal.ts';
import type { Column, RowRule, Validation } from '../source-spec.ts';
import { buildFileRule } from './build-file-rule.ts';
import { report, reportExpression, type Builder } from './builder.ts';

export function buildValidation(builder: Builder, columns: readonly Column[], types: ColumnTypes): Validation {
  const document = builder.document.validation ?? {};
  const rowRules = (document.row_level ?? []).map((rule, index): RowRule | undefined => {
    const parsed = parseCondition(rule.rule, types);
    if (!parsed.ok) {
      reportExpression(builder, ['validation', 'row_level', index, 'rule'], parsed.problem);
      return undefined;
    }
    return {
      rule: rule.rule,
      expression: parsed.expression,
      severity: rule.severity ?? 'error',
      code: rule.code ?? null,
      description: rule.description ?? null,
    };
  });
  const fileRules = (document.file_level ?? []).map((rule, index) =>
    buildFileRule(builder, rule, ['validation', 'file_level', index, 'rule'], columns, types),
  );
  return {
    row_level: rowRules.filter((rule) => rule !== undefined),
    file_level: fileRules.filter((rule) => rule !== undefined),
    max_bad_rows: document.max_bad_rows ?? null,
    max_bad_ratio_ppb: document.max_bad_ratio === undefined ? null : buildRatio(builder),
  };
}

/** Exact, from the text: 0.001 is 1,000,000 in a thousand million. */
function buildRatio(builder: Builder): number | null {
  const path = ['validation', 'max_bad_ratio'];
  const text = builder.yaml.sourceText(path) ?? '';
  const written = parseDecimal(text);
  const parts = written === undefined ? undefined : rescaleExact(written.digits, written.scale, 9);
  if (parts === undefined) {
    report(builder, path, 'The ratio has too many decimals.', { expected: 'at most 9', found: text });
    return null;
  }
  return Number(parts);
}

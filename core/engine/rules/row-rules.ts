/**
 * The row rules of a spec over the typed record. A rule that is NULL passes; one whose value cannot be computed (an
 * overflow) fails.
 */
import { isMarketsError } from '../../errors/markets-error.ts';
import { referencedColumns } from '../../expression/referenced-columns.ts';
import { compileToJavaScript, type RowFunction } from '../../expression/to-javascript.ts';
import type { RowRule, SourceSpec } from '../../spec/source-spec.ts';
import { printValue } from '../../types/print-value.ts';
import { shownText } from '../findings/shown-text.ts';
import type { Cell } from '../output/file-output.ts';
import type { Finding } from '../report.ts';
import { singleValue } from '../values/cell-values.ts';
import { columnIndex } from './column-index.ts';
import { microsOf } from './moment.ts';

export interface RowRules {
  readonly hasWarnings: boolean;
  /** Adds a finding for every rule of severity error that is false. A rule with a column that failed is not looked at. */
  errors(values: readonly Cell[], failed: readonly boolean[], findings: Finding[]): void;
  /** Findings of the rules of severity warning; asked for records without errors only. */
  warnings(values: readonly Cell[]): readonly Finding[];
  /** Moves current_timestamp() to `now`, ISO 8601 UTC. */
  at(now: string): void;
}

interface CompiledRule {
  readonly rule: RowRule;
  readonly holds: RowFunction;
  /** Places of its columns in the row. */
  readonly columns: readonly number[];
}

export function compileRowRules(spec: SourceSpec, now: string): RowRules {
  const place = columnIndex(spec);
  const options = { column: place, currentTimestamp: microsOf(now) };
  const rules = spec.validation.row_level.map((rule): CompiledRule => ({
    rule,
    holds: compileToJavaScript(rule.expression, options),
    columns: referencedColumns(rule.expression).map(place),
  }));
  const errors = rules.filter(({ rule }) => rule.severity === 'error');
  const warnings = rules.filter(({ rule }) => rule.severity === 'warning');
  return {
    hasWarnings: warnings.length > 0,
    errors: (values, failed, findings) => {
      for (const rule of errors) {
        if (!rule.columns.some((column) => failed[column] === true)) {
          addFailure(rule, values, spec, findings);
        }
      }
    },
    warnings: (values) => {
      const findings: Finding[] = [];
      for (const rule of warnings) {
        addFailure(rule, values, spec, findings);
      }
      return findings;
    },
    at: (moment) => {
      options.currentTimestamp = microsOf(moment);
    },
  };
}

function addFailure(compiled: CompiledRule, values: readonly Cell[], spec: SourceSpec, findings: Finding[]): void {
  const { rule } = compiled;
  const problem = failure(compiled, values);
  if (problem === null) {
    return;
  }
  findings.push({
    code: 'RULE_FAILED',
    column: null,
    rule: rule.code ?? rule.rule,
    found: shownText(shownColumns(compiled.columns, values, spec)),
    expected: rule.rule,
    message: rule.description ?? `${problem}: ${rule.rule}`,
  });
}

/** null when the rule is true or NULL. */
function failure(compiled: CompiledRule, values: readonly Cell[]): string | null {
  try {
    return compiled.holds(values) === false ? 'The rule is false' : null;
  } catch (error) {
    if (isMarketsError(error, 'EXPRESSION_EVALUATION')) {
      return `The rule cannot be computed (${error.message})`;
    }
    throw error;
  }
}

function shownColumns(columns: readonly number[], values: readonly Cell[], spec: SourceSpec): string {
  return columns
    .map((index) => {
      const column = spec.schema[index];
      const text = column === undefined ? null : printValue(column.type, singleValue(values[index]));
      return `${column?.name ?? ''}=${text ?? 'NULL'}`;
    })
    .join(', ');
}

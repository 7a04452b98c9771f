/** A planned regime to functions over events. */
import { createHash } from 'node:crypto';
import { isMarketsError } from '../../core/errors/markets-error.ts';
import type { Calendars } from '../../core/calendars/business-day.ts';
import type { Expression } from '../../core/expression/expression.ts';
import { compileToJavaScript, type RowFunction } from '../../core/expression/to-javascript.ts';
import type { Value } from '../../core/types/column-type.ts';
import { MissingField } from '../output/auth016/auth016-fields.ts';
import { outputOf, type ReportField } from '../output/outputs.ts';
import { compileDeadline } from './compile-deadline.ts';
import { fieldFinding, judgeValue } from './judge-field.ts';
import { REPORT_COLUMNS, reportRow } from './report-columns.ts';
import type { PlannedField, RegimePlan } from './regime-plan.ts';
import type { Regime, ReportFinding, ReportRequest } from './regime.ts';
import type { ReportingEntity } from './reporting-entity.ts';

interface CompiledField {
  readonly field: PlannedField;
  readonly value: RowFunction;
  readonly kind: RowFunction;
  readonly required: RowFunction;
  readonly forbidden: RowFunction;
  readonly isMandatory: boolean;
}

const NULL: RowFunction = () => null;

export function compileRegime(plan: RegimePlan, entity: ReportingEntity, calendars: Calendars): Regime {
  const { document } = plan;
  const places = new Map([...REPORT_COLUMNS.map(({ name }) => name), ...ownColumns(plan)].map((name, place) => [name, place]));
  const compile = (expression: Expression | null): RowFunction =>
    expression === null ? NULL : compileToJavaScript(expression, { column: (name) => places.get(name) ?? -1, currentTimestamp: 0n });
  const eligibility = plan.eligibility.map(({ rule, reason }) => ({ rule: compile(rule), reason }));
  const values = plan.values.map(({ expression }) => compile(expression));
  const rowOf = (request: ReportRequest): Value[] => {
    const row = reportRow(request, entity);
    for (const value of values) row.push(value(row));
    return row;
  };
  return {
    name: document.name,
    title: document.title,
    regimeVersion: plan.regimeVersion,
    text: plan.text,
    appliesTo: (source) => document.sources?.includes(source) ?? true,
    shortCode: document.short_code,
    destination: document.destination,
    amendments: document.amendments,
    needs: document.needs,
    replies: { duplicateCodes: document.replies.duplicate_codes, pendingCodes: document.replies.pending_codes },
    dueAtUs: compileDeadline(plan.deadline, calendars),
    eligible: (event, reference) => {
      try {
        const row = rowOf({ event, reference, action: 'NEWT', trn: '' });
        const failed = eligibility.find(({ rule }) => rule(row) === false);
        return failed === undefined ? { eligible: true } : { eligible: false, reason: failed.reason };
      } catch (error) {
        // What cannot be judged is reported: then the fields say what is wrong.
        if (isMarketsError(error, 'EXPRESSION_EVALUATION')) return { eligible: true };
        throw error;
      }
    },
    build: compileBuild(plan, compile, rowOf),
  };
}

function ownColumns({ values, fields }: RegimePlan): readonly string[] {
  return [...values.map(({ name }) => name), ...fields.flatMap(({ number }) => [`field_${number}`, `field_${number}_kind`])];
}

function compileBuild(
  plan: RegimePlan,
  compile: (expression: Expression | null) => RowFunction,
  rowOf: (request: ReportRequest) => Value[],
): Regime['build'] {
  const { document, message } = plan;
  const shortCode = document.short_code;
  const output = outputOf(document.output);
  const fields = plan.fields.map((field) => compileField(field, compile, output.mandatory));
  const rules = plan.rules.map((rule) => ({ ...rule, holds: compile(rule.rule) }));
  const header = message === null ? null : { from: compile(message.from), to: compile(message.to) };
  return (request) =>
    guarded(shortCode, () => {
      const row = rowOf(request);
      const { action, trn, event } = request;
      const findings: ReportFinding[] = [];
      const reported = fields.flatMap((compiled) => evaluateField(compiled, row, action === 'CANC', shortCode, findings));
      if (action === 'NEWT') findings.push(...rules.filter(({ holds }) => holds(row) === false).map(ruleFinding));
      if (findings.length > 0) return { findings };
      const bytes = output.write({
        regime: document.name,
        action,
        trn,
        tradeTimeUs: event.tradeTimeUs,
        header: header === null ? null : { from: textOf(header.from(row)), to: textOf(header.to(row)) },
        fields: reported,
      });
      return { report: { bytes, sha256: createHash('sha256').update(bytes).digest('hex'), contentType: output.contentType } };
    });
}

function compileField(
  field: PlannedField,
  compile: (expression: Expression | null) => RowFunction,
  mandatory: readonly string[],
): CompiledField {
  return {
    field,
    value: compile(field.value),
    kind: compile(field.kind),
    required: compile(field.requiredWhen),
    forbidden: compile(field.forbiddenWhen),
    isMandatory: mandatory.includes(field.number),
  };
}

/** Puts value and kind behind the row, whatever they are: columns have their places. */
function evaluateField(
  { field, value, kind, required, forbidden, isMandatory }: CompiledField,
  row: Value[],
  isCancellation: boolean,
  shortCode: string,
  findings: ReportFinding[],
): readonly ReportField[] {
  if (isCancellation && !field.inCancellation) {
    row.push(null, null);
    return [];
  }
  const found = attempt(() => ({ value: value(row), kind: kind(row) }));
  row.push(found?.value ?? null, found?.kind ?? null);
  const kindText = typeof found?.kind === 'string' ? found.kind : null;
  if (found === undefined) {
    findings.push(fieldFinding(shortCode, field, 'EVALUATION', 'values that the expression can take'));
  } else if (found.value === null) {
    const isRequired = isMandatory || attempt(() => required(row)) === true;
    if (isRequired) findings.push(fieldFinding(shortCode, field, 'MISSING', field.judged.formatText ?? 'a value'));
  } else if (attempt(() => forbidden(row)) === true) {
    findings.push(fieldFinding(shortCode, field, 'FORBIDDEN', 'no value'));
  } else {
    const wrong = judgeValue(field, found.value, kindText);
    if (wrong !== null) findings.push(fieldFinding(shortCode, field, wrong.fault, wrong.expected));
  }
  return [{ field, value: found?.value ?? null, kind: kindText }];
}

function ruleFinding({ code, field, description }: RegimePlan['rules'][number]): ReportFinding {
  return { code, field, expected: description, message: description };
}

/** undefined where the expression fails on the values. */
function attempt<T>(evaluate: () => T): T | undefined {
  try {
    return evaluate();
  } catch (error) {
    if (isMarketsError(error, 'EXPRESSION_EVALUATION')) return undefined;
    throw error;
  }
}

type Built = ReturnType<Regime['build']>;

/** What a value makes impossible is a finding, not an end of the service. */
function guarded(shortCode: string, build: () => Built): Built {
  try {
    return build();
  } catch (error) {
    if (error instanceof MissingField) {
      return { findings: [fieldFinding(shortCode, { number: error.number, name: 'needed by the message' }, 'MISSING', 'a value')] };
    }
    if (isMarketsError(error, 'EXPRESSION_EVALUATION')) {
      const expected = 'values that the expressions of the regime can take';
      return {
        findings: [
          { code: `${shortCode}_EVALUATION`, field: null, expected, message: 'An expression of the regime failed on the values it read.' },
        ],
      };
    }
    throw error;
  }
}

function textOf(value: Value): string {
  return typeof value === 'string' ? value : '';
}

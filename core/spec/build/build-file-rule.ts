/**
 * validation.file_level: `row_count matches control file`, `no duplicate a, b within file`, or a condition over row_count
 * and aggregates. Each aggregate is taken out and becomes a column of the condition, so that it stays a plain expression.
 */
import { asDecimal } from '../../expression/coercion.ts';
import { checkCondition } from '../../expression/parse-expression.ts';
import { fail, ExpressionProblemError } from '../../expression/expression-problem.ts';
import { parseSyntax } from '../../expression/parser.ts';
import type { Syntax } from '../../expression/syntax.ts';
import { checkTypes, type ColumnTypes } from '../../expression/type-check.ts';
import type { ColumnType } from '../../types/column-type.ts';
import { nearestWord } from '../../types/nearest-word.ts';
import { printType } from '../../types/type-text.ts';
import type { RuleDocument } from '../document/document-model.ts';
import type { Aggregate, Column, FileRule } from '../source-spec.ts';
import type { Path } from '../spec-problem.ts';
import { report, reportExpression, type Builder } from './builder.ts';

const INT64: ColumnType = { kind: 'INT64' };
const CONTROL_RULE = /^\s*row_?\s?count\s+matches\s+(the\s+)?control\s+file\s*$/i;
const DUPLICATE_RULE =
  /^\s*no\s+duplicates?\s+(?:of\s+|in\s+)?\(?\s*([A-Za-z]\w*(?:\s*(?:,|\band\b|\+)\s*[A-Za-z]\w*)*)\s*\)?(?:\s+(?:within|in)\s+(?:the\s+)?file)?\s*$/i;

export function buildFileRule(
  builder: Builder,
  document: RuleDocument,
  path: Path,
  columns: readonly Column[],
  types: ColumnTypes,
): FileRule | undefined {
  const check = buildCheck(builder, document.rule, path, columns, types);
  if (check === undefined) {
    return undefined;
  }
  return {
    rule: document.rule,
    severity: document.severity ?? 'error',
    code: document.code ?? null,
    description: document.description ?? null,
    check,
  };
}

function buildCheck(
  builder: Builder,
  rule: string,
  path: Path,
  columns: readonly Column[],
  types: ColumnTypes,
): FileRule['check'] | undefined {
  if (CONTROL_RULE.test(rule)) {
    if (builder.document.control_file === undefined) {
      report(builder, path, 'There is no control file to match.', { expected: 'control_file', found: 'nothing' });
    }
    return { kind: 'row_count_matches_control_file' };
  }
  const named = DUPLICATE_RULE.exec(rule)?.[1];
  if (named !== undefined) {
    const names = named.split(/\s*(?:,|\band\b|\+)\s*/i);
    names.forEach((name) => checkColumn(builder, name, path, columns));
    return { kind: 'no_duplicates', columns: names };
  }
  return buildAggregateCheck(builder, rule, path, types);
}

function checkColumn(builder: Builder, name: string, path: Path, columns: readonly Column[]): void {
  const names = columns.map((column) => column.name);
  if (!names.includes(name)) {
    const nearest = nearestWord(name, names);
    report(builder, path, `There is no column ${name}.`, {
      expected: nearest === undefined ? names.join(', ') : `perhaps ${nearest}`,
      found: name,
    });
  }
}

function buildAggregateCheck(builder: Builder, rule: string, path: Path, types: ColumnTypes): FileRule['check'] | undefined {
  try {
    const aggregates: Aggregate[] = [];
    const syntax = takeAggregates(parseSyntax(rule), types, aggregates);
    const columns = new Map<string, ColumnType>([['row_count', INT64]]);
    aggregates.forEach(({ type }, index) => columns.set(aggregateName(index), type));
    const parsed = checkCondition(syntax, columns);
    if (parsed.ok) {
      return { kind: 'aggregate', expression: parsed.expression, aggregates };
    }
    reportExpression(builder, path, parsed.problem);
  } catch (error) {
    if (!(error instanceof ExpressionProblemError)) {
      throw error;
    }
    reportExpression(builder, path, error.problem);
  }
  return undefined;
}

/** Name of the column that stands for the n-th aggregate: no name that an author can write without quotes. */
export function aggregateName(index: number): string {
  return `aggregate ${index + 1}`;
}

function takeAggregates(syntax: Syntax, types: ColumnTypes, aggregates: Aggregate[]): Syntax {
  switch (syntax.kind) {
    case 'call':
      if (['count', 'sum', 'min', 'max'].includes(syntax.function)) {
        return takeAggregate(syntax, types, aggregates);
      }
      return { ...syntax, arguments: syntax.arguments.map((each) => takeAggregates(each, types, aggregates)) };
    case 'cast':
      return { ...syntax, operand: takeAggregates(syntax.operand, types, aggregates) };
    case 'case':
      return {
        ...syntax,
        branches: syntax.branches.map(({ when, then }) => ({
          when: takeAggregates(when, types, aggregates),
          then: takeAggregates(then, types, aggregates),
        })),
        otherwise: syntax.otherwise === null ? null : takeAggregates(syntax.otherwise, types, aggregates),
      };
    case 'name':
      if (syntax.name !== 'row_count' && types.has(syntax.name)) {
        fail(syntax.offset, 'A file has many values of a column.', {
          expected: `an aggregate: sum(${syntax.name}), count(${syntax.name}), ...`,
          found: syntax.name,
        });
      }
      return syntax;
    default:
      return syntax;
  }
}

function takeAggregate(call: Extract<Syntax, { kind: 'call' }>, types: ColumnTypes, aggregates: Aggregate[]): Syntax {
  const { offset } = call;
  const [argument] = call.arguments;
  if (call.function === 'count' && argument === undefined) {
    return { kind: 'name', offset, name: 'row_count' };
  }
  if (argument === undefined || call.arguments.length > 1 || (call.distinct === true && call.function !== 'count')) {
    return fail(offset, `${call.function} is written wrong.`, {
      expected: 'count(*), count(a), count(distinct a), sum(a), min(a) or max(a)',
    });
  }
  const expression = checkTypes(argument, types);
  const name = call.function === 'count' && call.distinct === true ? 'count_distinct' : (call.function as 'count' | 'sum' | 'min' | 'max');
  aggregates.push({ function: name, argument: expression, type: typeOf(name, expression.type, offset) });
  return { kind: 'name', offset, name: aggregateName(aggregates.length - 1) };
}

/** Sums are exact decimals of 38 digits, of whole numbers too. */
function typeOf(name: Aggregate['function'], type: ColumnType, offset: number): ColumnType {
  if (name === 'count' || name === 'count_distinct') {
    return INT64;
  }
  if (name === 'sum') {
    const decimal = asDecimal({ kind: 'column', type, name: '' });
    if (decimal === undefined) {
      fail(offset, `There is no sum of ${printType(type)}.`, { expected: 'NUMERIC or INT64', found: printType(type) });
    }
    return { kind: 'DECIMAL', precision: 38, scale: decimal.scale };
  }
  if (type.kind === 'JSON' || type.kind === 'BYTES') {
    fail(offset, `There is no ${name} of ${printType(type)}.`, { found: printType(type) });
  }
  return type;
}

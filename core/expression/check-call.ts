/** The types of each function of the catalogue: what it accepts, to what it brings its arguments, what it gives. */
import type { ColumnType } from '../types/column-type.ts';
import { printType } from '../types/type-text.ts';
import { asDecimal, coerce, commonType, decimal, isNumeric, UNTYPED_NULL } from './coercion.ts';
import { Call, type CallSyntax } from './checked-call.ts';
import { fail } from './expression-problem.ts';
import type { Expression } from './expression.ts';
import type { FunctionName } from './functions.ts';

const BOOL: ColumnType = { kind: 'BOOL' };
const INT64: ColumnType = { kind: 'INT64' };
const STRING: ColumnType = { kind: 'STRING' };
const DATE: ColumnType = { kind: 'DATE' };
const TIMESTAMP: ColumnType = { kind: 'TIMESTAMP' };

export function checkCall(name: FunctionName, operands: readonly Expression[], syntax: CallSyntax): Expression {
  const call = new Call(name, operands, syntax);
  switch (name) {
    case '=':
    case '<>':
    case '<':
    case '<=':
    case '>':
    case '>=':
      call.need(2);
      return call.gives(BOOL, call.unified());
    case 'between':
      call.need(3);
      return call.gives(BOOL, call.unified());
    case 'in':
      call.need(2, 10_000);
      return call.gives(BOOL, call.unified());
    case 'is null':
      call.need(1);
      return call.gives(BOOL, [operands[0] === UNTYPED_NULL ? coerce(UNTYPED_NULL, STRING, 0) : (operands[0] ?? UNTYPED_NULL)]);
    case 'is true':
    case 'is false':
    case 'not':
    case 'and':
    case 'or':
      return call.gives(
        BOOL,
        operands.map((_, index) => call.operand(index, 'BOOL')),
      );
    case '+':
    case '-':
    case '*':
    case 'mod':
    case 'div':
    case 'negate':
    case 'abs':
    case 'round':
    case 'floor':
    case 'ceil':
      return checkArithmetic(call);
    case 'least':
    case 'greatest':
    case 'nullif':
    case 'coalesce':
      return checkChoice(call);
    case 'date':
    case 'date_add':
    case 'date_diff':
    case 'extract_year':
    case 'extract_month':
    case 'extract_day':
    case 'extract_hour':
    case 'extract_minute':
    case 'extract_second':
    case 'timestamp_seconds':
    case 'timestamp_millis':
    case 'timestamp_micros':
    case 'current_timestamp':
      return checkTime(call);
    default:
      return checkText(call);
  }
}

function checkChoice(call: Call): Expression {
  call.need(call.name === 'nullif' ? 2 : 1, call.name === 'nullif' ? 2 : 100);
  const operands = call.unified();
  return call.gives(operands[0]?.type ?? STRING, operands);
}

function checkText(call: Call): Expression {
  switch (call.name) {
    case 'length':
      return call.gives(INT64, call.texts(1));
    case 'like':
    case 'starts_with':
    case 'ends_with':
    case 'contains':
      return call.gives(BOOL, call.texts(2));
    case 'strpos':
      return call.gives(INT64, call.texts(2));
    case 'replace':
      return call.gives(STRING, call.texts(3));
    case 'concat':
      call.need(1, 100);
      return call.gives(STRING, call.texts(call.operands.length));
    case 'substr':
      call.need(2, 3);
      return call.gives(
        STRING,
        call.operands.map((_, index) => call.operand(index, index === 0 ? 'STRING' : 'INT64')),
      );
    case 'lpad':
    case 'rpad':
      return checkPad(call);
    default:
      return call.gives(STRING, call.texts(1));
  }
}

function checkPad(call: Call): Expression {
  call.need(3);
  call.literalInteger(1, 0, 1000);
  const pad = call.operand(2, 'STRING');
  if (pad.kind !== 'literal' || pad.value === null || pad.value === '') {
    fail(call.place(2), `${call.name} needs a text written out here that is not empty.`, { expected: "'0'" });
  }
  return call.gives(STRING, [call.operand(0, 'STRING'), call.operand(1, 'INT64'), pad]);
}

function checkTime(call: Call): Expression {
  switch (call.name) {
    case 'current_timestamp':
      call.need(0);
      return call.gives(TIMESTAMP, []);
    case 'date':
      call.need(1);
      return call.gives(DATE, [call.operand(0, 'TIMESTAMP', 'DATETIME')]);
    case 'date_add':
      call.need(2);
      return call.gives(DATE, [asDate(call, 0), call.operand(1, 'INT64')]);
    case 'date_diff':
      call.need(2);
      return call.gives(INT64, [asDate(call, 0), asDate(call, 1)]);
    case 'timestamp_seconds':
    case 'timestamp_millis':
    case 'timestamp_micros':
      call.need(1);
      return call.gives(TIMESTAMP, [call.operand(0, 'INT64')]);
    case 'extract_hour':
    case 'extract_minute':
    case 'extract_second':
      call.need(1);
      return call.gives(INT64, [call.operand(0, 'TIMESTAMP', 'DATETIME', 'TIME')]);
    default:
      call.need(1);
      return call.gives(INT64, [call.operand(0, 'TIMESTAMP', 'DATETIME', 'DATE')]);
  }
}

function asDate(call: Call, index: number): Expression {
  const operand = call.operands[index];
  return operand?.kind === 'literal' && operand.type.kind === 'STRING'
    ? coerce(operand, DATE, call.place(index))
    : call.operand(index, 'DATE');
}

function checkArithmetic(call: Call): Expression {
  switch (call.name) {
    case '+':
    case '-':
    case '*':
    case 'mod':
      call.need(2);
      return checkBinary(call);
    case 'div':
      return checkDiv(call);
    case 'round':
      call.need(1, 2);
      return checkRound(call, call.operands.length === 2 ? call.literalInteger(1, 0, 18) : 0);
    case 'floor':
    case 'ceil':
      call.need(1);
      return checkRound(call, 0);
    default: {
      call.need(1);
      const operand = call.operand(0, 'INT64', 'DECIMAL', 'FLOAT64');
      return call.gives(operand.type, [operand]);
    }
  }
}

function checkBinary(call: Call): Expression {
  const [left, right] = [call.operand(0, 'INT64', 'DECIMAL', 'FLOAT64'), call.operand(1, 'INT64', 'DECIMAL', 'FLOAT64')];
  const common = commonType([left, right], call.syntax.offset);
  if (common.kind === 'FLOAT64') {
    return fail(call.syntax.offset, `FLOAT64 has no ${call.name}: engines round floats differently.`, {
      expected: 'NUMERIC or INT64, or cast(x as NUMERIC)',
      found: 'FLOAT64',
    });
  }
  const [a, b] = [asDecimal(left), asDecimal(right)];
  if (common.kind === 'INT64' || a === undefined || b === undefined) {
    return call.gives(INT64, [left, right]);
  }
  if (call.name === '*') {
    return checkProduct(call, [coerce(left, a, 0), coerce(right, b, 0)]);
  }
  const type = common.kind === 'DECIMAL' && call.name !== 'mod' ? decimal(common.precision - common.scale + 1, common.scale) : common;
  return call.gives(type, [coerce(left, type, call.place(0)), coerce(right, type, call.place(1))]);
}

/** Digits before the mark that a product must leave, or nearly every product would be too large. */
const PRODUCT_WHOLE_DIGITS_MIN = 15;

function checkProduct(call: Call, operands: readonly [Expression, Expression]): Expression {
  const [a, b] = [asDecimal(operands[0]), asDecimal(operands[1])];
  const [precision, scale] = [(a?.precision ?? 0) + (b?.precision ?? 0), (a?.scale ?? 0) + (b?.scale ?? 0)];
  if (precision > 38 && 38 - scale < PRODUCT_WHOLE_DIGITS_MIN) {
    fail(call.syntax.offset, `The product would have ${scale} decimals, which leaves ${Math.max(0, 38 - scale)} digits before them.`, {
      expected: `at most ${38 - PRODUCT_WHOLE_DIGITS_MIN} decimals of both together: round(a, n) or cast(a as NUMERIC)`,
      found: operands.map(({ type }) => printType(type)).join(' * '),
    });
  }
  return call.gives({ kind: 'DECIMAL', precision: Math.min(38, precision), scale }, operands);
}

/** Both are brought to whole numbers by casts: a to the decimals of b and the scale together, b likewise. */
function checkDiv(call: Call): Expression {
  call.need(3);
  const scale = call.literalInteger(2, 0, 18);
  const [left, right] = [call.operand(0, 'INT64', 'DECIMAL'), call.operand(1, 'INT64', 'DECIMAL')];
  const [a, b] = [asDecimal(left)?.scale ?? 0, asDecimal(right)?.scale ?? 0];
  const numeratorScale = Math.max(a, b + scale);
  if (numeratorScale > 37) {
    fail(call.syntax.offset, 'div has too many decimals.', {
      expected: 'at most 37 of the scale and the divisor together',
      found: `${numeratorScale}`,
    });
  }
  const operands = [
    coerce(left, { kind: 'DECIMAL', precision: 38, scale: numeratorScale }, call.place(0)),
    coerce(right, { kind: 'DECIMAL', precision: 38, scale: numeratorScale - scale }, call.place(1)),
  ];
  return call.gives({ kind: 'DECIMAL', precision: 38, scale }, [...operands, call.operand(2, 'INT64')]);
}

function checkRound(call: Call, scale: number): Expression {
  const operand = call.operand(0, 'INT64', 'DECIMAL');
  const scaleOperand: Expression = { kind: 'literal', type: INT64, value: BigInt(scale) };
  const operands = call.name === 'round' ? [operand, scaleOperand] : [operand];
  if (!isNumeric(operand.type) || operand.type.kind !== 'DECIMAL') {
    return call.gives(INT64, operands);
  }
  const { precision, scale: from } = operand.type;
  const type = scale >= from ? operand.type : decimal(precision - from + 1, scale);
  return call.gives(type, operands);
}

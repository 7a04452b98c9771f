/** Comparisons by the type of what is compared. */
import { booleanOperand, notCovered, numberOperand, textOperand, type BooleanCode, type Call, type Code } from './code.ts';
import { conditionNumber, equalConditions } from './condition-code.ts';
import { likeCode } from './like.ts';
import { andCode, compileLogic, constantCode, isNullCode, isTrueCode, notCode, orCode } from './logic.ts';
import { compareNumbers, inNumbers, type Comparison } from './number-comparison.ts';
import { compareTexts, inTexts } from './text-comparison.ts';

export function compileComparison(call: Call, operands: readonly Code[]): BooleanCode {
  switch (call.function) {
    case '=':
    case '<>':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return compare(call.function, operands[0], operands[1]);
    case 'between':
      return andCode(compare('>=', operands[0], operands[1]), compare('<=', operands[0], operands[2]));
    case 'in':
      return isIn(operands);
    case 'like':
      return likeCode(textOperand(operands, 0), textOperand(operands, 1));
    case 'is null':
      return isNullCode(operands[0] ?? notCovered('is null of nothing'));
    case 'is true':
      return isTrueCode(booleanOperand(operands, 0));
    case 'is false':
      return isTrueCode(notCode(booleanOperand(operands, 0)));
    default:
      return compileLogic(call, operands);
  }
}

function compare(comparison: Comparison, a: Code | undefined, b: Code | undefined): BooleanCode {
  if (a?.kind === 'number' && b?.kind === 'number') {
    return compareNumbers(comparison, a, b);
  }
  if (a?.kind === 'text' && b?.kind === 'text') {
    return compareTexts(comparison, a, b);
  }
  if (a?.kind !== 'boolean' || b?.kind !== 'boolean') {
    return notCovered('a comparison of other types');
  }
  switch (comparison) {
    case '=':
      return equalConditions(a, b);
    case '<>':
      return notCode(equalConditions(a, b));
    default:
      return compareNumbers(comparison, conditionNumber(a), conditionNumber(b));
  }
}

function isIn(operands: readonly Code[]): BooleanCode {
  const [x, ...list] = operands;
  switch (x?.kind) {
    case 'number':
      return inNumbers(
        x,
        list.map((_, index) => numberOperand(list, index)),
      );
    case 'text':
      return inTexts(
        x,
        list.map((_, index) => textOperand(list, index)),
      );
    default:
      return list.map((item) => compare('=', x, item)).reduce(orCode, constantCode(false));
  }
}

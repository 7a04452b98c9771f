/** What can be told of an expression without translating it. */
import { UnknownCode, type Expression } from './code-tree.ts';

/** By operator, its instruction on words, on words without a sign, and on doubles. */
export const COMPARISONS: Readonly<Record<string, { readonly word: string; readonly unsigned: string; readonly double: string }>> = {
  '===': { word: 'eq', unsigned: 'eq', double: 'eq' },
  '!==': { word: 'ne', unsigned: 'ne', double: 'ne' },
  '<': { word: 'lt_s', unsigned: 'lt_u', double: 'lt' },
  '>': { word: 'gt_s', unsigned: 'gt_u', double: 'gt' },
  '<=': { word: 'le_s', unsigned: 'le_u', double: 'le' },
  '>=': { word: 'ge_s', unsigned: 'ge_u', double: 'ge' },
};

/** The parts of a condition each of which is enough. */
export function alternatives(test: Expression): readonly Expression[] {
  return test.kind === 'binary' && test.operator === '||' ? [...alternatives(test.left), ...alternatives(test.right)] : [test];
}

/** `x >>> 0` */
export function isUnsigned(expression: Expression): boolean {
  const { kind } = expression;
  return kind === 'binary' && expression.operator === '>>>' && expression.right.kind === 'number' && expression.right.value === 0;
}

/** 0 or 1 for certain. */
export function isTruth(expression: Expression): boolean {
  if (expression.kind === 'unary') return expression.operator === '!';
  if (expression.kind === 'binary')
    return ['&&', '||'].includes(expression.operator)
      ? isTruth(expression.left) && isTruth(expression.right)
      : COMPARISONS[expression.operator] !== undefined;
  return false;
}

/** Infinity where it has an effect, or may be asked for only if what stands before it is so. */
export function costOf(expression: Expression): number {
  switch (expression.kind) {
    case 'number':
    case 'name':
    case 'member':
      return 1;
    case 'index':
      return 1 + costOf(expression.index);
    case 'unary':
      return 1 + costOf(expression.operand);
    case 'binary':
      return 1 + costOf(expression.left) + costOf(expression.right);
    case 'call':
    case 'step':
    case 'choice':
    case 'assign':
      return Number.POSITIVE_INFINITY;
  }
}

/** A constant that is added to an index stands in the instruction. */
export function apart(index: Expression): { readonly variable: Expression | null; readonly constant: number } {
  if (index.kind === 'number') return { variable: null, constant: index.value };
  if (index.kind === 'binary' && (index.operator === '+' || index.operator === '-') && index.right.kind === 'number') {
    return { variable: index.left, constant: index.operator === '+' ? index.right.value : -index.right.value };
  }
  return { variable: index, constant: 0 };
}

export function pathOf(expression: Expression): string {
  switch (expression.kind) {
    case 'name':
      return expression.name;
    case 'member':
      return `${pathOf(expression.object)}.${expression.name}`;
    case 'index':
      return `${pathOf(expression.object)}[${expression.index.kind === 'number' ? expression.index.value : '?'}]`;
    default:
      throw new UnknownCode(`nothing that has a name: ${expression.kind}`);
  }
}

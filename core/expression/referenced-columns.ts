/** Questions about a typed expression. */
import type { Expression } from './expression.ts';
import type { FunctionName } from './functions.ts';

/** Names of the columns that it reads, each once, in order of first use. */
export function referencedColumns(expression: Expression): readonly string[] {
  const names = new Set<string>();
  walk(expression, (each) => {
    if (each.kind === 'column') {
      names.add(each.name);
    }
  });
  return [...names];
}

export function callsFunction(expression: Expression, name: FunctionName): boolean {
  let found = false;
  walk(expression, (each) => {
    found ||= each.kind === 'call' && each.function === name;
  });
  return found;
}

function walk(expression: Expression, visit: (each: Expression) => void): void {
  visit(expression);
  switch (expression.kind) {
    case 'call':
      expression.arguments.forEach((argument) => {
        walk(argument, visit);
      });
      break;
    case 'cast':
      walk(expression.operand, visit);
      break;
    case 'case':
      for (const { when, then } of expression.branches) {
        walk(when, visit);
        walk(then, visit);
      }
      if (expression.otherwise !== null) {
        walk(expression.otherwise, visit);
      }
      break;
    case 'literal':
    case 'column':
      break;
  }
}

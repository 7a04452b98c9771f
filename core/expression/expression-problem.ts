/** What is wrong with the text of an expression, and where: the spec loader turns it into a problem with line and column. */
export interface ExpressionProblem {
  /** 0-based index into the text, in UTF-16 units. */
  readonly offset: number;
  readonly message: string;
  readonly expected?: string;
  readonly found?: string;
}

/** Thrown inside this room only; parseExpression returns it as a value. */
export class ExpressionProblemError extends Error {
  readonly problem: ExpressionProblem;

  constructor(problem: ExpressionProblem) {
    super(problem.message);
    this.name = 'ExpressionProblemError';
    this.problem = problem;
  }
}

export function fail(offset: number, message: string, more: { expected?: string; found?: string } = {}): never {
  throw new ExpressionProblemError({ offset, message, ...more });
}

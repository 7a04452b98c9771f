/**
 * The code of a generated scanner as a tree. It reads the part of JavaScript that generators of scanners write: numbers and their operators, names, arrays,
 * calls, blocks with labels, loops and choices. What it does not know is an error.
 */
export type Expression =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'member'; readonly object: Expression; readonly name: string }
  | { readonly kind: 'index'; readonly object: Expression; readonly index: Expression }
  | { readonly kind: 'call'; readonly callee: Expression; readonly args: readonly Expression[] }
  | { readonly kind: 'unary'; readonly operator: string; readonly operand: Expression }
  | { readonly kind: 'step'; readonly name: string; readonly isPrefix: boolean }
  | { readonly kind: 'binary'; readonly operator: string; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'choice'; readonly test: Expression; readonly then: Expression; readonly other: Expression }
  | { readonly kind: 'assign'; readonly operator: string; readonly target: Expression; readonly value: Expression };

export type Statement =
  | { readonly kind: 'block'; readonly label: string | null; readonly body: readonly Statement[] }
  | { readonly kind: 'if'; readonly test: Expression; readonly then: Statement; readonly other: Statement | null }
  | {
      readonly kind: 'loop';
      readonly label: string | null;
      readonly init: Expression | null;
      readonly test: Expression;
      readonly update: Expression | null;
      readonly body: Statement;
    }
  | { readonly kind: 'leave'; readonly how: 'break' | 'continue'; readonly label: string | null }
  | { readonly kind: 'return'; readonly value: Expression }
  | { readonly kind: 'expression'; readonly expression: Expression };

/** Code that is not of the part that is known. */
export class UnknownCode extends Error {}

const TOKEN =
  /\s*(0x[0-9a-f]+|\d+(?:\.\d+)?(?:e[+-]?\d+)?|[A-Za-z_$][\w$]*|>>>|===|!==|<<|>>|<=|>=|&&|\|\||\+\+|\|=|\+=|[-+*/%&|^~!<>=?:;,.()[\]{}])/y;

/** Operators by how tightly they bind, the loosest first. */
const LEVELS: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['|'],
  ['^'],
  ['&'],
  ['===', '!=='],
  ['<', '>', '<=', '>='],
  ['<<', '>>', '>>>'],
  ['+', '-'],
  ['*', '/'],
];
/** Of expressions within expressions: deeper ones could exhaust the stack. */
const MAX_DEPTH = 250;
const ASSIGNMENTS = ['=', '+=', '|='];
const WORDS: Readonly<Record<string, number>> = { false: 0, true: 1, null: 2, undefined: 3, NaN: Number.NaN };

/** Statements one after another. `null` and `undefined` are 2 and 3: conditions have those two besides false and true. */
export function codeTree(source: string): readonly Statement[] {
  return new CodeReader(source).all();
}

class CodeReader {
  private readonly tokens: readonly string[];
  private at = 0;
  private depth = 0;

  constructor(source: string) {
    const tokens: string[] = [];
    TOKEN.lastIndex = 0;
    const end = source.trimEnd().length;
    while (TOKEN.lastIndex < end) {
      const from = TOKEN.lastIndex;
      const token = TOKEN.exec(source)?.[1];
      if (token === undefined) throw new UnknownCode(`no code: ${source.slice(from, from + 40)}`);
      tokens.push(token);
    }
    this.tokens = tokens;
  }

  all(): readonly Statement[] {
    const statements: Statement[] = [];
    while (this.at < this.tokens.length && this.peek() !== '}') statements.push(...this.statement());
    return statements;
  }

  private peek(ahead = 0): string {
    return this.tokens[this.at + ahead] ?? '';
  }

  private take(token: string): boolean {
    if (this.peek() !== token) return false;
    this.at += 1;
    return true;
  }

  private expect(token: string): void {
    if (!this.take(token)) throw new UnknownCode(`expected ${token}, found ${this.peek()} before ${this.peek(1)}`);
  }

  private name(): string {
    const token = this.peek();
    if (!/^[A-Za-z_$]/.test(token)) throw new UnknownCode(`expected a name, found ${token}`);
    this.at += 1;
    return token;
  }

  /** None where there is but a semicolon. */
  private statement(label: string | null = null): readonly Statement[] {
    if (this.take(';')) return [];
    if (this.take('{')) {
      const body = this.all();
      this.expect('}');
      return [{ kind: 'block', label, body }];
    }
    if (this.peek(1) === ':' && label === null) {
      const own = this.name();
      this.expect(':');
      return this.statement(own);
    }
    if (this.take('if')) return [this.choice()];
    if (this.take('for')) return [this.forLoop(label)];
    if (this.take('while')) return [{ kind: 'loop', label, init: null, test: this.parenthesized(), update: null, body: this.body() }];
    if (this.peek() === 'break' || this.peek() === 'continue') return [this.leave()];
    const isReturn = this.take('return');
    const expression = this.expression();
    if (this.peek() !== '}') this.expect(';');
    return [isReturn ? { kind: 'return', value: expression } : { kind: 'expression', expression }];
  }

  private body(): Statement {
    const body = this.statement();
    const [only] = body;
    return only !== undefined && body.length === 1 ? only : { kind: 'block', label: null, body };
  }

  private parenthesized(): Expression {
    this.expect('(');
    const expression = this.expression();
    this.expect(')');
    return expression;
  }

  private choice(): Statement {
    const test = this.parenthesized();
    const then = this.body();
    return { kind: 'if', test, then, other: this.take('else') ? this.body() : null };
  }

  private forLoop(label: string | null): Statement {
    this.expect('(');
    const init = this.peek() === ';' ? null : this.expression();
    this.expect(';');
    const test = this.expression();
    this.expect(';');
    const update = this.peek() === ')' ? null : this.expression();
    this.expect(')');
    return { kind: 'loop', label, init, test, update, body: this.body() };
  }

  private leave(): Statement {
    const how = this.name() === 'break' ? 'break' : 'continue';
    const label = this.peek() === ';' ? null : this.name();
    this.expect(';');
    return { kind: 'leave', how, label };
  }

  private expression(): Expression {
    this.depth += 1;
    if (this.depth > MAX_DEPTH) throw new UnknownCode('expressions that are nested too deep');
    const expression = this.assigned();
    this.depth -= 1;
    return expression;
  }

  private assigned(): Expression {
    const left = this.conditional();
    const operator = this.peek();
    if (!ASSIGNMENTS.includes(operator)) return left;
    this.at += 1;
    return { kind: 'assign', operator, target: left, value: this.expression() };
  }

  private conditional(): Expression {
    const test = this.binary(0);
    if (!this.take('?')) return test;
    const then = this.expression();
    this.expect(':');
    return { kind: 'choice', test, then, other: this.expression() };
  }

  private binary(level: number): Expression {
    const operators = LEVELS[level];
    if (operators === undefined) return this.unary();
    let left = this.binary(level + 1);
    while (operators.includes(this.peek())) {
      const operator = this.peek();
      this.at += 1;
      left = { kind: 'binary', operator, left, right: this.binary(level + 1) };
    }
    return left;
  }

  private unary(): Expression {
    const token = this.peek();
    if (token === '-' || token === '!' || token === '~') {
      this.at += 1;
      const operand = this.unary();
      return token === '-' && operand.kind === 'number'
        ? { kind: 'number', value: -operand.value }
        : { kind: 'unary', operator: token, operand };
    }
    if (this.take('++')) return { kind: 'step', name: this.name(), isPrefix: true };
    return this.postfix(this.primary());
  }

  private postfix(start: Expression): Expression {
    let found = start;
    for (;;) {
      if (this.take('.')) {
        found = { kind: 'member', object: found, name: this.name() };
      } else if (this.take('[')) {
        found = { kind: 'index', object: found, index: this.expression() };
        this.expect(']');
      } else if (this.take('(')) {
        found = { kind: 'call', callee: found, args: this.args() };
      } else if (found.kind === 'name' && this.take('++')) {
        found = { kind: 'step', name: found.name, isPrefix: false };
      } else {
        return found;
      }
    }
  }

  private args(): readonly Expression[] {
    const args: Expression[] = [];
    while (!this.take(')')) {
      args.push(this.expression());
      if (this.peek() !== ')') this.expect(',');
    }
    return args;
  }

  private primary(): Expression {
    if (this.peek() === '(') return this.parenthesized();
    const token = this.peek();
    if (/^\d/.test(token)) {
      this.at += 1;
      return { kind: 'number', value: Number(token) };
    }
    const name = this.name();
    const word = WORDS[name];
    return word === undefined ? { kind: 'name', name } : { kind: 'number', value: word };
  }
}

/**
 * Tokens to a tree, by recursive descent. From the weakest: or, and, not, comparison (and is, in, between, like), ||,
 * + -, * / %, sign. Depth is limited, so that no text can exhaust the stack.
 */
import { fail } from './expression-problem.ts';
import { tokenize, type Token } from './lexer.ts';
import { TokenCursor } from './token-cursor.ts';
import type { Syntax, TemporalWord } from './syntax.ts';

const DEPTH_MAX = 100;
const KEYWORDS = new Set('and or not is null true false in between like case when then else end cast as distinct from'.split(' '));
const COMPARISONS: Readonly<Record<string, string>> = {
  '=': '=',
  '==': '=',
  '<>': '<>',
  '!=': '<>',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
};
const TEMPORAL_WORDS: readonly string[] = ['DATE', 'TIME', 'DATETIME', 'TIMESTAMP'] satisfies TemporalWord[];

export function parseSyntax(text: string): Syntax {
  return new Parser(tokenize(text)).whole();
}

/** One pass over the tokens. */
class Parser extends TokenCursor {
  #depth = 0;

  whole(): Syntax {
    const tree = this.#expression();
    if (this.token.kind !== 'end') {
      this.unexpected('an operator or the end');
    }
    return tree;
  }

  #expression(): Syntax {
    this.#depth += 1;
    if (this.#depth > DEPTH_MAX) {
      fail(this.token.offset, 'The expression is nested too deeply.', { expected: `at most ${DEPTH_MAX} levels` });
    }
    const tree = this.#or();
    this.#depth -= 1;
    return tree;
  }

  #or(): Syntax {
    let left = this.#and();
    while (this.isWord('or')) {
      const { offset } = this.take();
      left = call('or', offset, left, this.#and());
    }
    return left;
  }

  #and(): Syntax {
    let left = this.#not();
    while (this.isWord('and')) {
      const { offset } = this.take();
      left = call('and', offset, left, this.#not());
    }
    return left;
  }

  #not(): Syntax {
    const nots: number[] = [];
    while (this.isWord('not')) {
      nots.push(this.take().offset);
    }
    let operand = this.#comparison();
    for (const offset of nots.reverse()) {
      operand = call('not', offset, operand);
    }
    return operand;
  }

  #comparison(): Syntax {
    const left = this.#concatenation();
    const { offset, text, kind } = this.token;
    const operator = kind === 'symbol' ? COMPARISONS[text] : undefined;
    if (operator !== undefined) {
      this.at += 1;
      return call(operator, offset, left, this.#concatenation());
    }
    if (this.takeWord('is')) {
      return this.#isTest(left, offset);
    }
    const negated = this.isWord('not') && ['in', 'between', 'like'].some((word) => this.isWord(word, 1));
    this.at += negated ? 1 : 0;
    const test = this.#membership(left);
    return test !== undefined && negated ? call('not', offset, test) : (test ?? left);
  }

  #isTest(left: Syntax, offset: number): Syntax {
    const negated = this.takeWord('not');
    let test: Syntax;
    if (this.takeWord('null')) {
      test = call('is null', offset, left);
    } else if (this.takeWord('true')) {
      test = call('is true', offset, left);
    } else if (this.takeWord('false')) {
      test = call('is false', offset, left);
    } else {
      this.unexpected('null, true or false');
    }
    return negated ? call('not', offset, test) : test;
  }

  #membership(left: Syntax): Syntax | undefined {
    const { offset } = this.token;
    if (this.takeWord('in')) {
      this.needSymbol('(');
      return { kind: 'call', offset, function: 'in', arguments: [left, ...this.#list()] };
    }
    if (this.takeWord('between')) {
      const low = this.#concatenation();
      this.needWord('and');
      return call('between', offset, left, low, this.#concatenation());
    }
    if (this.takeWord('like')) {
      const pattern = this.#concatenation();
      if (this.isWord('escape')) {
        this.unexpected('LIKE without ESCAPE');
      }
      return call('like', offset, left, pattern);
    }
    return undefined;
  }

  /** Expressions up to the closing parenthesis; at least one. */
  #list(): Syntax[] {
    const items = [this.#expression()];
    while (this.takeSymbol(',')) {
      items.push(this.#expression());
    }
    this.needSymbol(')');
    return items;
  }

  #concatenation(): Syntax {
    return this.#leftToRight(['||'], () => this.#sum());
  }

  #sum(): Syntax {
    return this.#leftToRight(['+', '-'], () => this.#product());
  }

  #product(): Syntax {
    return this.#leftToRight(['*', '/', '%'], () => this.#signed());
  }

  #leftToRight(operators: readonly string[], operand: () => Syntax): Syntax {
    let left = operand();
    while (this.token.kind === 'symbol' && operators.includes(this.token.text)) {
      const { text, offset } = this.take();
      if (text === '/') {
        fail(offset, 'There is no division by /.', { expected: 'div(a, b, scale), which states its decimals', found: "'/'" });
      }
      left = call(text, offset, left, operand());
    }
    return left;
  }

  #signed(): Syntax {
    const signs: Token[] = [];
    while (this.isSymbol('-') || this.isSymbol('+')) {
      signs.push(this.take());
    }
    let operand = this.#primary();
    for (const { text, offset } of signs.reverse()) {
      if (text === '-') {
        // The sign belongs to the number, so that -9223372036854775808 is a whole number.
        operand =
          operand.kind === 'number' && !operand.text.startsWith('-')
            ? { kind: 'number', offset, text: `-${operand.text}` }
            : call('negate', offset, operand);
      }
    }
    return operand;
  }

  #primary(): Syntax {
    const token = this.token;
    switch (token.kind) {
      case 'number':
        this.at += 1;
        return { kind: 'number', offset: token.offset, text: token.text };
      case 'string':
        this.at += 1;
        return { kind: 'string', offset: token.offset, value: token.text };
      case 'quoted_name':
        this.at += 1;
        return { kind: 'name', offset: token.offset, name: token.text };
      case 'word':
        return this.#word(token);
      case 'symbol':
        if (this.takeSymbol('(')) {
          const inner = this.#expression();
          this.needSymbol(')');
          return inner;
        }
        return this.unexpected('a value');
      case 'end':
        return this.unexpected('a value');
    }
  }

  #word(token: Token): Syntax {
    const { offset } = token;
    const word = token.text.toLowerCase();
    const next = this.tokenAt(1);
    if (TEMPORAL_WORDS.includes(token.text.toUpperCase()) && next?.kind === 'string') {
      this.at += 2;
      return { kind: 'temporal', offset, type: token.text.toUpperCase() as TemporalWord, text: next.text };
    }
    switch (word) {
      case 'null':
        this.at += 1;
        return { kind: 'null', offset };
      case 'true':
      case 'false':
        this.at += 1;
        return { kind: 'boolean', offset, value: word === 'true' };
      case 'case':
        return this.#case();
      case 'cast':
        return this.#cast();
    }
    if (KEYWORDS.has(word)) {
      return this.unexpected('a value');
    }
    this.at += 1;
    return this.takeSymbol('(') ? this.#call(word, offset) : { kind: 'name', offset, name: token.text };
  }

  #call(name: string, offset: number): Syntax {
    if (name === 'extract') {
      const part = this.take();
      this.needWord('from');
      const operand = this.#expression();
      this.needSymbol(')');
      return call(`extract_${part.text.toLowerCase()}`, offset, operand);
    }
    if (this.takeSymbol(')')) {
      return { kind: 'call', offset, function: name, arguments: [] };
    }
    if (name === 'count' && this.takeSymbol('*')) {
      this.needSymbol(')');
      return { kind: 'call', offset, function: name, arguments: [] };
    }
    const distinct = this.takeWord('distinct');
    return { kind: 'call', offset, function: name, arguments: this.#list(), ...(distinct ? { distinct: true as const } : {}) };
  }

  #cast(): Syntax {
    const { offset } = this.take();
    this.needSymbol('(');
    const operand = this.#expression();
    this.needWord('as');
    const typeOffset = this.token.offset;
    let type = this.take().text;
    if (this.takeSymbol('(')) {
      const digits = [this.take().text];
      while (this.takeSymbol(',')) {
        digits.push(this.take().text);
      }
      this.needSymbol(')');
      type += `(${digits.join(',')})`;
    }
    this.needSymbol(')');
    return { kind: 'cast', offset, operand, type, typeOffset };
  }

  #case(): Syntax {
    const { offset } = this.take();
    const subject = this.isWord('when') ? undefined : this.#expression();
    const branches: { when: Syntax; then: Syntax }[] = [];
    while (this.isWord('when')) {
      const at = this.take().offset;
      const condition = this.#expression();
      this.needWord('then');
      const when = subject === undefined ? condition : call('=', at, subject, condition);
      branches.push({ when, then: this.#expression() });
    }
    const otherwise = this.takeWord('else') ? this.#expression() : null;
    if (branches.length === 0) {
      this.unexpected('when');
    }
    this.needWord('end');
    return { kind: 'case', offset, branches, otherwise };
  }
}

function call(name: string, offset: number, ...operands: readonly Syntax[]): Syntax {
  return { kind: 'call', offset, function: name, arguments: operands };
}

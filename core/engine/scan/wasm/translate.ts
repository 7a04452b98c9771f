/**
 * Translates the code of a generated scanner to functions in the text format of WebAssembly. Numbers are words of 32 bits, but for the names
 * that the scope says are doubles; words are added, subtracted and multiplied as words, so code may only do that where the result is one.
 * A double becomes a word as `| 0` makes it. What has no translation is an error.
 */
import { codeTree, UnknownCode, type Statement } from './code-tree.ts';
import { alternatives } from './expression-facts.ts';
import { ExpressionTranslator } from './expression-translator.ts';
import type { Scope } from './scope.ts';

export interface FunctionCode {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly code: string;
}

/** The function in text format. All of its parameters and its result are words. An UnknownCode where the code has no translation. */
export function translate({ name, parameters, code }: FunctionCode, scope: Scope): string {
  return new Translation(scope, parameters).function(name, codeTree(code));
}

class Translation {
  private readonly parameters: readonly string[];
  private readonly expressions: ExpressionTranslator;
  private readonly loops: { readonly label: string | null; readonly id: number; readonly hasUpdate: boolean }[] = [];
  private loopCount = 0;

  constructor(scope: Scope, parameters: readonly string[]) {
    this.parameters = parameters;
    this.expressions = new ExpressionTranslator(scope, parameters);
  }

  function(name: string, body: readonly Statement[]): string {
    const code = this.statements(body);
    const parameters = this.parameters.map((each) => `(param $${each} i32)`).join(' ');
    const locals = [...this.expressions.locals].map((each) => `(local $${each} ${this.expressions.typeOf(each)})`).join(' ');
    return `(func $${name} ${parameters} (result i32) ${locals}\n${code}\n(i32.const -1))`;
  }

  private statements(statements: readonly Statement[]): string {
    return statements.map((each) => this.statement(each)).join('\n');
  }

  private statement(statement: Statement): string {
    switch (statement.kind) {
      case 'block': {
        const { label, body } = statement;
        return label === null ? this.statements(body) : `(block $${label} ${this.statements(body)})`;
      }
      case 'if':
        return this.choice(statement);
      case 'loop':
        return this.loop(statement);
      case 'leave':
        return `(br ${this.leaveLabel(statement)})`;
      case 'return':
        return `(return ${this.expressions.word(statement.value)})`;
      case 'expression':
        return this.expressions.effect(statement.expression);
    }
  }

  private choice({ test, then, other }: Extract<Statement, { kind: 'if' }>): string {
    if (then.kind === 'leave' && other === null) {
      const label = this.leaveLabel(then);
      return alternatives(test)
        .map((each) => `(br_if ${label} ${this.expressions.condition(each)})`)
        .join('\n');
    }
    const otherwise = other === null ? '' : `(else ${this.statement(other)})`;
    return `(if ${this.expressions.condition(test)} (then ${this.statement(then)}) ${otherwise})`;
  }

  private loop({ label, init, test, update, body }: Extract<Statement, { kind: 'loop' }>): string {
    const id = (this.loopCount += 1);
    const begin = init === null ? '' : this.expressions.effect(init);
    this.loops.push({ label, id, hasUpdate: update !== null });
    const code = `${begin} (block $exit${id} (loop $next${id}
      (br_if $exit${id} (i32.eqz ${this.expressions.condition(test)}))
      ${this.statement(body)}
      ${update === null ? '' : this.expressions.effect(update)}
      (br $next${id})))`;
    this.loops.pop();
    return code;
  }

  private leaveLabel({ how, label }: Extract<Statement, { kind: 'leave' }>): string {
    const loop = label === null ? this.loops.at(-1) : this.loops.find((each) => each.label === label);
    if (how === 'continue' && loop?.hasUpdate === true) throw new UnknownCode('a loop that goes on before its update');
    if (loop !== undefined) return how === 'break' ? `$exit${loop.id}` : `$next${loop.id}`;
    if (label === null || how === 'continue') throw new UnknownCode(`${how} outside of a loop`);
    return `$${label}`;
  }
}

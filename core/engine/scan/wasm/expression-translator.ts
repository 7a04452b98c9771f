/** Expressions of a scanner's code in the text format of WebAssembly. */
import { UnknownCode, type Expression } from './code-tree.ts';
import { apart, COMPARISONS, costOf, isTruth, isUnsigned, pathOf } from './expression-facts.ts';
import type { ArrayPlace, CalledFunction, NumberType, Scope } from './scope.ts';

interface Value {
  readonly type: NumberType;
  readonly code: string;
}

const HIGH_WORD = 4_294_967_296;
/** Both sides of a condition are looked at where the second one costs no more than this, which is less than a branch. */
const CHEAP = 8;
const WORD_OPERATORS: Readonly<Record<string, string>> = { '|': 'or', '^': 'xor', '&': 'and', '<<': 'shl', '>>': 'shr_s', '>>>': 'shr_u' };
const ARITHMETIC: Readonly<Record<string, string>> = { '+': 'add', '-': 'sub', '*': 'mul', '/': 'div' };
const WIDTHS = { byte: 1, word: 4, double: 8 } as const;
const LOADS = { byte: 'i32.load8_u', word: 'i32.load', double: 'f64.load' } as const;

export class ExpressionTranslator {
  private readonly scope: Scope;
  private readonly parameters: readonly string[];
  /** Names that are no parameters, as they are met. */
  readonly locals = new Set<string>();
  /** Sums and products of words may be no words. */
  private isExact = false;

  constructor(scope: Scope, parameters: readonly string[]) {
    this.scope = scope;
    this.parameters = parameters;
  }

  /** An expression whose value is not used. */
  effect(expression: Expression): string {
    switch (expression.kind) {
      case 'assign':
        return this.assignment(expression);
      case 'step': {
        const name = this.local(expression.name);
        return `(local.set $${name} (i32.add (local.get $${name}) (i32.const 1)))`;
      }
      case 'call': {
        const called = this.called(expression.callee);
        if (called?.result !== null) throw new UnknownCode('a result that is not used');
        return this.call(called, expression.args);
      }
      default:
        throw new UnknownCode(`a statement without an effect: ${expression.kind}`);
    }
  }

  private assignment({ operator, target, value }: Extract<Expression, { kind: 'assign' }>): string {
    if (target.kind === 'name') {
      const name = this.local(target.name);
      return `(local.set $${name} ${this.assigned(operator, target, value)})`;
    }
    if (target.kind !== 'index' || operator !== '=') throw new UnknownCode('expected a name or an element to be assigned to');
    const { array, address, offset } = this.element(target);
    if (array.element === 'double') return `(f64.store offset=${offset} ${address} ${this.double(value)})`;
    return `(${array.element === 'byte' ? 'i32.store8' : 'i32.store'} offset=${offset} ${address} ${this.word(value)})`;
  }

  private assigned(operator: string, target: Extract<Expression, { kind: 'name' }>, value: Expression): string {
    const outer = this.isExact;
    this.isExact = this.scope.isExact(target.name);
    const full: Expression = operator === '=' ? value : { kind: 'binary', operator: operator.slice(0, -1), left: target, right: value };
    const code = this.typeOf(target.name) === 'f64' ? this.double(full) : this.word(full);
    this.isExact = outer;
    return code;
  }

  word(expression: Expression): string {
    return asWord(expression, this.value(expression));
  }

  private double(expression: Expression): string {
    return asDouble(expression, this.value(expression));
  }

  /** A word that is zero or not. */
  condition(expression: Expression): string {
    if (expression.kind === 'binary' && (expression.operator === '&&' || expression.operator === '||')) return this.both(expression);
    if (expression.kind === 'unary' && expression.operator === '!') return `(i32.eqz ${this.condition(expression.operand)})`;
    const { type, code } = this.value(expression);
    if (type === 'f64') throw new UnknownCode('a double is no condition');
    return code;
  }

  private both({ operator, left, right }: Extract<Expression, { kind: 'binary' }>): string {
    const [first, second] = [this.condition(left), this.condition(right)];
    if (isTruth(left) && isTruth(right) && costOf(right) <= CHEAP) return `(i32.${operator === '&&' ? 'and' : 'or'} ${first} ${second})`;
    return operator === '&&'
      ? `(if (result i32) ${first} (then ${second}) (else (i32.const 0)))`
      : `(if (result i32) ${first} (then (i32.const 1)) (else ${second}))`;
  }

  private value(expression: Expression): Value {
    switch (expression.kind) {
      case 'number':
        return this.number(expression.value);
      case 'name': {
        const name = this.local(expression.name);
        return { type: this.typeOf(name), code: `(local.get $${name})` };
      }
      case 'member':
        return this.field(expression);
      case 'index':
        return this.load(expression);
      case 'call':
        return this.calledValue(expression);
      case 'unary':
        return this.unary(expression);
      case 'step': {
        const name = this.local(expression.name);
        const next = `(i32.add (local.get $${name}) (i32.const 1))`;
        const code = expression.isPrefix ? `(local.tee $${name} ${next})` : `(local.get $${name}) (local.set $${name} ${next})`;
        return { type: 'i32', code };
      }
      case 'binary':
        return this.binary(expression);
      case 'choice':
        return this.either(expression);
      case 'assign': {
        const { operator, target, value } = expression;
        if (target.kind !== 'name') throw new UnknownCode('the value of an element that is assigned to');
        const name = this.local(target.name);
        return { type: this.typeOf(name), code: `(local.tee $${name} ${this.assigned(operator, target, value)})` };
      }
    }
  }

  private number(value: number): Value {
    return value === (value | 0) ? { type: 'i32', code: `(i32.const ${value})` } : { type: 'f64', code: `(f64.const ${value})` };
  }

  private field(expression: Expression): Value {
    const path = pathOf(expression);
    const field = this.scope.fields.get(path);
    if (field === undefined) throw new UnknownCode(`nothing that is known: ${path}`);
    return { type: field.type, code: `(${field.type}.load offset=${field.at} (i32.const 0))` };
  }

  private load(expression: Extract<Expression, { kind: 'index' }>): Value {
    if (this.scope.fields.has(pathOf(expression))) return this.field(expression);
    const { array, address, offset } = this.element(expression);
    return { type: array.element === 'double' ? 'f64' : 'i32', code: `(${LOADS[array.element]} offset=${offset} ${address})` };
  }

  private element({ object, index }: Extract<Expression, { kind: 'index' }>): { array: ArrayPlace; address: string; offset: number } {
    const path = pathOf(object);
    const array = this.scope.arrays.get(path);
    if (array === undefined) throw new UnknownCode(`no array that is known: ${path}`);
    const width = WIDTHS[array.element];
    const { variable, constant } = apart(index);
    const scaled =
      variable === null ? '(i32.const 0)' : width === 1 ? this.word(variable) : `(i32.mul ${this.word(variable)} (i32.const ${width}))`;
    const address = array.bias === undefined ? scaled : `(i32.add (local.get $${this.local(array.bias)}) ${scaled})`;
    return { array, address, offset: array.at + constant * width };
  }

  private called(callee: Expression): CalledFunction | undefined {
    return this.scope.calls.get(pathOf(callee));
  }

  private call({ name, parameters, first = [], more = [] }: CalledFunction, args: readonly Expression[]): string {
    const given = args.filter((each) => each.kind !== 'name' || each.name !== this.scope.view);
    const numbers = (values: readonly number[]): Expression[] => values.map((value) => ({ kind: 'number', value }));
    const all = [...numbers(first), ...given, ...numbers(more)];
    if (all.length !== parameters.length) throw new UnknownCode(`expected ${parameters.length} arguments for ${name}, found ${all.length}`);
    return `(call $${name} ${all.map((each, place) => (parameters[place] === 'f64' ? this.double(each) : this.word(each))).join(' ')})`;
  }

  private calledValue({ callee, args }: Extract<Expression, { kind: 'call' }>): Value {
    const path = pathOf(callee);
    const [first, second] = args;
    if (path.startsWith('Math.') && first !== undefined) return this.math(path, first, second);
    if (path === `${this.scope.view}.getInt32` && first !== undefined) return this.wordOfBytes(first);
    const called = this.called(callee);
    if (called === undefined || called.result === null) throw new UnknownCode(`no function that gives something: ${path}`);
    return { type: called.result, code: this.call(called, args) };
  }

  private wordOfBytes(position: Expression): Value {
    const { variable, constant } = apart(position);
    if (variable === null) throw new UnknownCode('bytes at a constant position');
    return { type: 'i32', code: `(i32.load offset=${this.scope.input + constant} ${this.word(variable)})` };
  }

  private math(path: string, first: Expression, second: Expression | undefined): Value {
    switch (path) {
      case 'Math.imul':
        if (second !== undefined) return { type: 'i32', code: `(i32.mul ${this.word(first)} ${this.word(second)})` };
        break;
      case 'Math.clz32':
        return { type: 'i32', code: `(i32.clz ${this.word(first)})` };
      case 'Math.min':
        if (second !== undefined && costOf(first) + costOf(second) <= CHEAP) {
          const [left, right] = [this.word(first), this.word(second)];
          return { type: 'i32', code: `(select ${left} ${right} (i32.lt_s ${left} ${right}))` };
        }
        break;
      case 'Math.abs':
        return { type: 'f64', code: `(f64.abs ${this.double(first)})` };
      case 'Math.floor':
        if (first.kind === 'binary' && first.operator === '/' && first.right.kind === 'number' && first.right.value === HIGH_WORD) {
          // The high word of a whole number.
          return { type: 'i32', code: `(i32.wrap_i64 (i64.shr_s (i64.trunc_sat_f64_s ${this.double(first.left)}) (i64.const 32)))` };
        }
        return { type: 'f64', code: `(f64.floor ${this.double(first)})` };
    }
    throw new UnknownCode(`no function that is known: ${path}`);
  }

  private unary({ operator, operand }: Extract<Expression, { kind: 'unary' }>): Value {
    if (operator === '!') return { type: 'i32', code: `(i32.eqz ${this.condition(operand)})` };
    if (operator === '~') return { type: 'i32', code: `(i32.xor ${this.word(operand)} (i32.const -1))` };
    const value = this.value(operand);
    return this.isExact || value.type === 'f64'
      ? { type: 'f64', code: `(f64.neg ${asDouble(operand, value)})` }
      : { type: 'i32', code: `(i32.sub (i32.const 0) ${value.code})` };
  }

  private either({ test, then, other }: Extract<Expression, { kind: 'choice' }>): Value {
    const [first, second] = [this.value(then), this.value(other)];
    const isDouble = first.type === 'f64' || second.type === 'f64';
    const as = isDouble ? asDouble : asWord;
    const type = isDouble ? 'f64' : 'i32';
    return { type, code: `(if (result ${type}) ${this.condition(test)} (then ${as(then, first)}) (else ${as(other, second)}))` };
  }

  private binary(expression: Extract<Expression, { kind: 'binary' }>): Value {
    const { operator, left, right } = expression;
    if (operator === '&&' || operator === '||') return { type: 'i32', code: this.both(expression) };
    const onWords = WORD_OPERATORS[operator];
    if (onWords !== undefined) {
      const isSame = (operator === '|' || operator === '>>>') && right.kind === 'number' && right.value === 0;
      return { type: 'i32', code: isSame ? this.word(left) : `(i32.${onWords} ${this.word(left)} ${this.word(right)})` };
    }
    const comparison = COMPARISONS[operator];
    const isSum = comparison === undefined;
    // Each side is translated once: what is nested would take twice as long with each level.
    const sides = [this.value(left), this.value(right)] as const;
    const areDoubles = operator === '/' || (isSum && this.isExact) || sides.some(({ type }) => type === 'f64');
    const as = areDoubles ? asDouble : asWord;
    const [first, second] = [as(left, sides[0]), as(right, sides[1])];
    if (comparison !== undefined) {
      const how = areDoubles ? comparison.double : isUnsigned(left) ? comparison.unsigned : comparison.word;
      return { type: 'i32', code: `(${areDoubles ? 'f64' : 'i32'}.${how} ${first} ${second})` };
    }
    const type = areDoubles ? 'f64' : 'i32';
    return { type, code: `(${type}.${ARITHMETIC[operator] ?? ''} ${first} ${second})` };
  }

  typeOf(name: string): NumberType {
    return !this.parameters.includes(name) && this.scope.isDouble(name) ? 'f64' : 'i32';
  }

  private local(name: string): string {
    if (!this.parameters.includes(name)) this.locals.add(name);
    return name;
  }
}

function asWord(expression: Expression, { type, code }: Value): string {
  // Bits are written as a number without a sign.
  if (expression.kind === 'number' && Number.isInteger(expression.value)) return `(i32.const ${expression.value | 0})`;
  return type === 'i32' ? code : `(i32.wrap_i64 (i64.trunc_sat_f64_s ${code}))`;
}

function asDouble(expression: Expression, { type, code }: Value): string {
  if (expression.kind === 'number') return `(f64.const ${expression.value})`;
  return type === 'f64' ? code : `(f64.convert_i32_${isUnsigned(expression) ? 'u' : 's'} ${code})`;
}

/** One call with checked operands, and what the type checker asks of them. */
import type { ColumnType, TypeKind } from '../types/column-type.ts';
import { printType } from '../types/type-text.ts';
import { coerce, commonType, decimal, UNTYPED_NULL } from './coercion.ts';
import { fail } from './expression-problem.ts';
import type { Expression } from './expression.ts';
import { FUNCTIONS, type FunctionName } from './functions.ts';
import type { Syntax } from './syntax.ts';

export type CallSyntax = Extract<Syntax, { kind: 'call' }>;

export class Call {
  readonly name: FunctionName;
  readonly operands: readonly Expression[];
  readonly syntax: CallSyntax;

  constructor(name: FunctionName, operands: readonly Expression[], syntax: CallSyntax) {
    this.name = name;
    this.operands = operands;
    this.syntax = syntax;
  }

  gives(type: ColumnType, operands: readonly Expression[]): Expression {
    return { kind: 'call', type, function: this.name, arguments: operands };
  }

  place(index: number): number {
    return this.syntax.arguments[index]?.offset ?? this.syntax.offset;
  }

  need(least: number, most = least): void {
    const count = this.operands.length;
    if (count < least || count > most) {
      fail(this.syntax.offset, `${this.name} has the wrong number of arguments.`, {
        expected: FUNCTIONS[this.name].signature,
        found: `${count} argument${count === 1 ? '' : 's'}`,
      });
    }
  }

  /** The operand as one of those kinds; an untyped NULL is of the first. */
  operand(index: number, ...kinds: readonly TypeKind[]): Expression {
    const operand = this.operands[index] ?? UNTYPED_NULL;
    if (operand === UNTYPED_NULL) {
      const kind = kinds[0] ?? 'STRING';
      return coerce(operand, kind === 'DECIMAL' ? decimal(1, 0) : { kind }, 0);
    }
    if (!kinds.includes(operand.type.kind)) {
      fail(this.place(index), `${this.name} does not take ${printType(operand.type)} here.`, {
        expected: kinds.map((kind) => (kind === 'DECIMAL' ? 'NUMERIC' : kind)).join(' or '),
        found: printType(operand.type),
      });
    }
    return operand;
  }

  /** A whole number from `least` to `most` that is written out. */
  literalInteger(index: number, least: number, most: number): number {
    const operand = this.operands[index];
    const value = operand?.kind === 'literal' && typeof operand.value === 'bigint' ? operand.value : undefined;
    if (value === undefined || operand?.type.kind !== 'INT64' || value < least || value > most) {
      return fail(this.place(index), `${this.name} needs a number written out here.`, {
        expected: `a whole number from ${least} to ${most}`,
      });
    }
    return Number(value);
  }

  /** All operands in their common type. */
  unified(): readonly Expression[] {
    const type = commonType(this.operands, this.syntax.offset);
    if (type.kind === 'JSON' || type.kind === 'BYTES') {
      fail(this.syntax.offset, `${this.name} does not take ${type.kind}.`, { found: type.kind });
    }
    return this.operands.map((operand, index) => coerce(operand, type, this.place(index)));
  }

  texts(count: number): readonly Expression[] {
    this.need(count);
    return this.operands.map((_, index) => this.operand(index, 'STRING'));
  }
}

/** What chooses one of several values: a later one counts only where the earlier ones are certainly not chosen. */
import { notCovered, numberOperand, textOperand, type BooleanCode, type Call, type Code, type NumberCode, type TextCode } from './code.ts';
import { exactCode, exactly, isKnown } from './number-code.ts';
import { isNullCode } from './logic.ts';
import { allOf, anyOf, choose, chooseCondition, negated, type Source } from './source.ts';

/** A case: the first `then` whose `when` is true. */
export interface Branch {
  readonly when: BooleanCode;
  readonly then: Code;
}

export function caseCode(branches: readonly Branch[], otherwise: Code): Code {
  return branches.reduceRight<Code>((rest, { when, then }) => chosen(when, then, rest), otherwise);
}

export function compileChoice(call: Call, operands: readonly Code[]): Code {
  switch (call.function) {
    case 'coalesce':
      return operands.reduceRight((rest, value) => chosen(isNullCode(value), rest, value));
    case 'nullif':
      return nullIf(operands);
    case 'least':
    case 'greatest':
      return operands.map((_, index) => numberOperand(operands, index)).reduce((a, b) => extreme(a, b, call.function === 'least'));
    default:
      return notCovered(call.function);
  }
}

function chosen(when: BooleanCode, then: Code, rest: Code): Code {
  if (when.isTrue === 'true') {
    return then;
  }
  if (then.kind === 'number' && rest.kind === 'number') {
    return chosenNumber(when, exactly(then), exactly(rest));
  }
  if (then.kind === 'text' && rest.kind === 'text') {
    return chosenText(when, then, rest);
  }
  return then.kind === 'boolean' && rest.kind === 'boolean' ? chosenCondition(when, then, rest) : notCovered('a choice of other types');
}

/** A source of the one or the other; false where the choice is not known. */
function condition(when: BooleanCode, then: Source, rest: Source): Source {
  // Where it is known and not true, it is false or NULL.
  return chooseCondition(when.isTrue, then, allOf(anyOf(when.isFalse, when.known), rest));
}

function chosenNumber(when: BooleanCode, then: NumberCode, rest: NumberCode): NumberCode {
  const safe = condition(when, then.safe, rest.safe);
  const isFloat = then.residue === null || rest.residue === null;
  return exactCode(choose(when.isTrue, then.value, rest.value), Math.max(then.bound, rest.bound), {
    typeBound: then.typeBound > rest.typeBound ? then.typeBound : rest.typeBound,
    twos: Math.min(then.twos, rest.twos),
    mayBeUnknown: then.mayBeUnknown || rest.mayBeUnknown,
    isNull: chooseCondition(when.isTrue, then.isNull, rest.isNull),
    safe,
    sound: safe,
    ...(isFloat ? { residue: null } : {}),
  });
}

function chosenText(when: BooleanCode, then: TextCode, rest: TextCode): TextCode {
  return {
    kind: 'text',
    value: choose(when.isTrue, then.value, rest.value),
    known: condition(when, then.known, rest.known),
    isNull: chooseCondition(when.isTrue, then.isNull, rest.isNull),
    safe: condition(when, then.safe, rest.safe),
    literal: null,
    isAscii: then.isAscii === null || rest.isAscii === null ? null : chooseCondition(when.isTrue, then.isAscii, rest.isAscii),
    folded: null,
  };
}

function chosenCondition(when: BooleanCode, then: BooleanCode, rest: BooleanCode): BooleanCode {
  return {
    kind: 'boolean',
    isTrue: condition(when, then.isTrue, rest.isTrue),
    isFalse: condition(when, then.isFalse, rest.isFalse),
    known: condition(when, then.known, rest.known),
    safe: condition(when, then.safe, rest.safe),
    mayBeNull: then.mayBeNull || rest.mayBeNull,
  };
}

/** NULL where both are equal, which has to be known. */
function nullIf(operands: readonly Code[]): Code {
  if (operands[0]?.kind === 'text') {
    const [a, b] = [textOperand(operands, 0), textOperand(operands, 1)];
    const isKnownBoth = allOf(a.known, b.known);
    return { ...a, ...nullWhereEqual(a, b, isKnownBoth), literal: null };
  }
  const [a, b] = [exactly(numberOperand(operands, 0)), exactly(numberOperand(operands, 1))];
  const nullness = nullWhereEqual(a, b, allOf(isKnown(a), isKnown(b)));
  return { ...a, ...nullness, sound: nullness.safe };
}

function nullWhereEqual<Operand extends NumberCode | TextCode>(a: Operand, b: Operand, areKnown: Source): Pick<Operand, 'isNull' | 'safe'> {
  return {
    isNull: anyOf(a.isNull, allOf(negated(b.isNull), `(${a.value} === ${b.value})`)),
    safe: allOf(a.safe, b.safe, anyOf(a.isNull, b.isNull, areKnown)),
  };
}

/** NULL when one is NULL. */
function extreme(left: NumberCode, right: NumberCode, isLeast: boolean): NumberCode {
  const [a, b] = [exactly(left), exactly(right)];
  return exactCode(`Math.${isLeast ? 'min' : 'max'}(${a.value}, ${b.value})`, Math.max(a.bound, b.bound), {
    typeBound: a.typeBound > b.typeBound ? a.typeBound : b.typeBound,
    twos: Math.min(a.twos, b.twos),
    mayBeUnknown: a.mayBeUnknown || b.mayBeUnknown,
    isNull: anyOf(a.isNull, b.isNull),
    safe: allOf(a.safe, b.safe),
    sound: allOf(a.sound, b.sound),
    ...(a.residue === null || b.residue === null ? { residue: null } : {}),
  });
}

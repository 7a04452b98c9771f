/**
 * Pieces of generated JavaScript. Every Source is one atom (an identifier, a literal, a call or something in
 * parentheses), so that pieces are put together without thinking of precedence. Constants fold while they are put together.
 */
export type Source = string;

/** The caller's own source as an atom. */
export function atom(source: string): Source {
  return /^[\w$]+$/.test(source) ? source : `(${source})`;
}

export function allOf(...conditions: readonly Source[]): Source {
  return joined(conditions, 'true', 'false', ' && ');
}

export function anyOf(...conditions: readonly Source[]): Source {
  return joined(conditions, 'false', 'true', ' || ');
}

function joined(conditions: readonly Source[], neutral: Source, deciding: Source, operator: string): Source {
  const open = [...new Set(conditions)].filter((each) => each !== neutral);
  if (open.includes(deciding)) {
    return deciding;
  }
  const [only] = open;
  return open.length <= 1 ? (only ?? neutral) : `(${open.join(operator)})`;
}

export function negated(condition: Source): Source {
  if (condition === 'true' || condition === 'false') {
    return condition === 'true' ? 'false' : 'true';
  }
  return condition.startsWith('!') ? condition.slice(1) : `!${condition}`;
}

export function choose(condition: Source, then: Source, otherwise: Source): Source {
  if (condition === 'true' || then === otherwise) {
    return then;
  }
  return condition === 'false' ? otherwise : `(${condition} ? ${then} : ${otherwise})`;
}

/** The same of three conditions, which folds further. */
export function chooseCondition(condition: Source, then: Source, otherwise: Source): Source {
  if (otherwise === 'false' || otherwise === condition) {
    return allOf(condition, then);
  }
  if (then === 'true' || then === condition) {
    return anyOf(condition, otherwise);
  }
  return then === 'false' ? allOf(negated(condition), otherwise) : choose(condition, then, otherwise);
}

/** A double, by the digits that read back as it. */
export function numberLiteral(value: number): Source {
  return value < 0 ? `(${value})` : String(value);
}

/** JSON is JavaScript but for two line ends, which older readers of the language refuse in a string. */
export function textLiteral(text: string): Source {
  return JSON.stringify(text).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
}

/** Paths into JSON: a pointer (/order/legs/0), or names and indexes (order.legs[0], with or without $.). */
export function parseJsonPath(text: string): readonly (string | number)[] | undefined {
  if (text === '' || text === '$' || text === '/') {
    return [];
  }
  if (text.startsWith('/')) {
    return text
      .slice(1)
      .split('/')
      .map((step) => asStep(step.replaceAll('~1', '/').replaceAll('~0', '~')));
  }
  const steps: (string | number)[] = [];
  let rest = text.replace(/^\$\.?/, '');
  while (rest !== '') {
    const match = /^(?:([^.[\]'"*]+)|\[(\d+)\]|\['([^']*)'\])(?:\.(?=.)|(?=\[)|$)/.exec(rest);
    if (match === null) {
      return undefined;
    }
    steps.push(match[2] === undefined ? (match[1] ?? match[3] ?? '') : Number(match[2]));
    rest = rest.slice(match[0].length);
  }
  return steps;
}

function asStep(step: string): string | number {
  return /^(0|[1-9]\d*)$/.test(step) ? Number(step) : step;
}

/**
 * The source of a function body over `(b, from, to)` that tells whether the ASCII text of the bytes from `from` to before
 * `to` matches a column's pattern, without making a string. Only numbers are printed into it: nothing of the pattern's text.
 */
import { rangesOf, type AsciiSet } from './pattern/ascii-set.ts';
import { parsePattern } from './pattern/parse-pattern.ts';
import { isVariable, sequencesOf, type Run, type Sequence } from './pattern/sequences.ts';

/** A longer body would slow down what it is put into. */
const BODY_LENGTH_MAX = 6000;
/** Fixed runs of more characters are loops. */
const UNROLLED_MAX = 8;

/**
 * True exactly when `^(?:pattern)$` with flag u matches; all bytes must be ASCII. null where the pattern is not of the
 * kind that is matched without going back.
 */
export function patternCode(pattern: string): string | null {
  const node = parsePattern(pattern);
  const sequences = node === undefined ? undefined : sequencesOf(node);
  if (sequences === undefined) {
    return null;
  }
  const blocks = sequences.map((sequence, index) =>
    index === sequences.length - 1 ? sequenceCode(sequence, 'return false;') : labelled(sequence, index),
  );
  const body = sequences.length === 0 ? 'return false;' : blocks.join('\n');
  return body.length > BODY_LENGTH_MAX ? null : body;
}

function labelled(sequence: Sequence, index: number): string {
  return `a${index}: {\n${sequenceCode(sequence, `break a${index};`)}\n}`;
}

/** Returns true where the sequence matches, else does what `fail` says. */
function sequenceCode(runs: Sequence, fail: string): string {
  const last = runs.findLastIndex((run) => isVariable(run));
  const first = runs.findIndex((run) => isVariable(run));
  const lines = [lengthCode(runs, fail)];
  if (last < 0) {
    lines.push(fixedRuns(runs, 'from', 0, fail));
  } else {
    const before = runs.slice(0, first);
    const behind = leastOf(runs.slice(last + 1));
    lines.push(fixedRuns(before, 'from', 0, fail), `let i = from + ${leastOf(before)};`);
    runs.slice(first, last).forEach((run) => lines.push(isVariable(run) ? greedyRun(run, fail) : steppingRun(run, fail)));
    lines.push(lastRun(runs[last], behind, first === last, fail), fixedRuns(runs.slice(last + 1), 'to', -behind, fail));
  }
  return [...lines.filter((line) => line !== ''), 'return true;'].join('\n');
}

function leastOf(runs: Sequence): number {
  return runs.reduce((sum, { least }) => sum + least, 0);
}

function lengthCode(runs: Sequence, fail: string): string {
  const least = leastOf(runs);
  const most = runs.reduce((sum, run) => sum + run.most, 0);
  if (least === most) {
    return `if (to - from !== ${least}) ${fail}`;
  }
  const conditions = [least === 0 ? [] : [`to - from < ${least}`], most === Infinity ? [] : [`to - from > ${most}`]].flat();
  return conditions.length === 0 ? '' : `if (${conditions.join(' || ')}) ${fail}`;
}

/** Runs of fixed length at known places, counted from `origin`. */
function fixedRuns(runs: Sequence, origin: 'from' | 'to' | 'i', start: number, fail: string): string {
  const lines: string[] = [];
  let offset = start;
  for (const { set, least } of runs) {
    if (least > UNROLLED_MAX) {
      const [begin, end] = [place(origin, offset), place(origin, offset + least)];
      lines.push(`for (let k = ${begin}, e = ${end}; k < e; k += 1) if (${isOutside(set, 'b[k]')}) ${fail}`);
    } else {
      const tests = Array.from({ length: least }, (_, index) => isOutside(set, `b[${place(origin, offset + index)}]`));
      lines.push(`if (${tests.join(' || ')}) ${fail}`);
    }
    offset += least;
  }
  return lines.join('\n');
}

function place(origin: string, offset: number): string {
  return offset === 0 ? origin : `${origin} ${offset < 0 ? '-' : '+'} ${Math.abs(offset)}`;
}

/** As many as there are: what follows is of another set. */
function greedyRun({ set, least, most }: Run, fail: string): string {
  const end = most === Infinity ? 'to' : `Math.min(to, i + ${most})`;
  const enough = least === 0 ? '' : ` if (i - s < ${least}) ${fail}`;
  return `{ const s = i, e = ${end}; while (i < e && !(${isOutside(set, 'b[i]')})) i += 1;${enough} }`;
}

/** A run of fixed length behind one of variable length. Where it reads beyond the end the run that comes last fails. */
function steppingRun(run: Run, fail: string): string {
  return `${fixedRuns([run], 'i', 0, fail)}\ni += ${run.least};`;
}

/** All that is left but the runs behind it. Where it is the only variable run the length of the text was enough proof. */
function lastRun(run: Run | undefined, behind: number, isOnly: boolean, fail: string): string {
  if (run === undefined) {
    return '';
  }
  const end = place('to', -behind);
  const atMost = run.most === Infinity ? '' : ` || ${end} - i > ${run.most}`;
  const count = isOnly ? '' : `if (${end} - i < ${run.least}${atMost}) ${fail}\n`;
  return `${count}for (const e = ${end}; i < e; i += 1) if (${isOutside(run.set, 'b[i]')}) ${fail}`;
}

/** The condition that a byte is not of the set. Of several ranges all are looked at: a branch for each costs more where texts are mixed. */
function isOutside(set: AsciiSet, byte: string): string {
  const ranges = rangesOf(set);
  const [only] = ranges;
  if (ranges.length === 1 && only !== undefined) {
    const [first, last] = only;
    return first === last ? `${byte} !== ${first}` : `(${byte} - ${first} >>> 0) > ${last - first}`;
  }
  const tests = ranges.map(([first, last]) => (first === last ? `${byte} === ${first}` : `(${byte} - ${first} >>> 0) <= ${last - first}`));
  return `!(${tests.join(' | ')})`;
}

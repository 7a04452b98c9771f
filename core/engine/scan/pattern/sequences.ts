/**
 * A pattern as alternatives that are each a plain sequence of characters with counts, so that each can be matched without
 * going back. Groups are multiplied out.
 */
import { EMPTY, type AsciiSet } from './ascii-set.ts';
import type { PatternNode } from './parse-pattern.ts';

/** From `least` to `most` characters of the set; `most` may be Infinity. */
export interface Run {
  readonly set: AsciiSet;
  readonly least: number;
  readonly most: number;
}

export type Sequence = readonly Run[];

type Item = Run | 'start' | 'end';

const SEQUENCES_MAX = 16;
const ITEMS_MAX = 60;

/** undefined where they would be too many or too long, or where one cannot be matched without going back. */
export function sequencesOf(node: PatternNode): readonly Sequence[] | undefined {
  const sequences = expanded(node)?.map(withoutAnchors);
  if (sequences?.every((each) => each !== undefined) !== true) {
    return undefined;
  }
  // Nothing is a character of no set: such an alternative never holds, and such a run is empty.
  const possible = sequences
    .filter((runs) => !runs.some(({ set, least }) => set === EMPTY && least > 0))
    .map((runs) => merged(runs.filter(({ set, most }) => set !== EMPTY && most > 0)));
  return possible.every(isDeterministic) ? possible : undefined;
}

function expanded(node: PatternNode): readonly (readonly Item[])[] | undefined {
  switch (node.kind) {
    case 'set':
      return [[{ set: node.set, least: 1, most: 1 }]];
    case 'start':
    case 'end':
      return [[node.kind]];
    case 'alternatives': {
      const options = node.options.map(expanded);
      return options.every((each) => each !== undefined) ? bounded(options.flat()) : undefined;
    }
    case 'sequence':
      return node.parts.reduce<readonly (readonly Item[])[] | undefined>((before, part) => joined(before, expanded(part)), [[]]);
    case 'repeat':
      return repeated(node);
  }
}

function repeated({ part, least, most }: Extract<PatternNode, { kind: 'repeat' }>): readonly (readonly Item[])[] | undefined {
  const inner = expanded(part);
  const single = singleRun(inner);
  if (single !== undefined) {
    return [[{ set: single.set, least, most }]];
  }
  if (most > ITEMS_MAX) {
    return undefined;
  }
  let times: readonly (readonly Item[])[] | undefined = [[]];
  let all: readonly (readonly Item[])[] | undefined = least === 0 ? times : [];
  for (let count = 1; count <= most && all !== undefined && times !== undefined; count += 1) {
    times = joined(times, inner);
    all = count < least ? all : times === undefined ? undefined : bounded([...all, ...times]);
  }
  return times === undefined ? undefined : all;
}

/** Where the repeated part is one character, once. */
function singleRun(inner: readonly (readonly Item[])[] | undefined): Run | undefined {
  const item = inner?.length === 1 && inner[0]?.length === 1 ? inner[0][0] : undefined;
  return typeof item === 'object' && item.least === 1 && item.most === 1 ? item : undefined;
}

/** Every one of the first followed by every one of the second. */
function joined(
  first: readonly (readonly Item[])[] | undefined,
  second: readonly (readonly Item[])[] | undefined,
): readonly (readonly Item[])[] | undefined {
  if (first === undefined || second === undefined || first.length * second.length > SEQUENCES_MAX) {
    return undefined;
  }
  return bounded(first.flatMap((before) => second.map((behind) => [...before, ...behind])));
}

function bounded(sequences: readonly (readonly Item[])[]): readonly (readonly Item[])[] | undefined {
  return sequences.length <= SEQUENCES_MAX && sequences.every(({ length }) => length <= ITEMS_MAX) ? sequences : undefined;
}

/** ^ and $ where they say what holds anyway: at the ends. Elsewhere they are not understood. */
function withoutAnchors(items: readonly Item[]): Sequence | undefined {
  const from = items.findIndex((item) => item !== 'start');
  const inner = from < 0 ? [] : items.slice(from);
  const to = inner.findLastIndex((item) => item !== 'end') + 1;
  const runs = inner.slice(0, to).filter((item) => typeof item === 'object');
  return runs.length === to ? runs : undefined;
}

/** Neighbours of the same set as one. */
function merged(runs: Sequence): Sequence {
  const result: Run[] = [];
  for (const run of runs) {
    const last = result.at(-1);
    if (last?.set === run.set) {
      result[result.length - 1] = { set: run.set, least: last.least + run.least, most: last.most + run.most };
    } else {
      result.push(run);
    }
  }
  return result;
}

/**
 * Whether taking as much as there is is always right: what may follow a run of variable length is no character of that
 * run. The last such run needs no proof: its length follows from the length of the text.
 */
function isDeterministic(runs: Sequence): boolean {
  const last = runs.findLastIndex((run) => isVariable(run));
  return runs.every((run, index) => !isVariable(run) || index === last || (run.set & followers(runs, index)) === EMPTY);
}

export function isVariable({ least, most }: Run): boolean {
  return least !== most;
}

function followers(runs: Sequence, index: number): AsciiSet {
  let set = EMPTY;
  for (const run of runs.slice(index + 1)) {
    set |= run.set;
    if (run.least > 0) {
      break;
    }
  }
  return set;
}

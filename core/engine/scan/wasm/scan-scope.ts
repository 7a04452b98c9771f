/** What the code of a scanner names, and where it is in the memory of a kernel or which function it is. */
import type { Kernel } from '../../kernel/kernel.ts';
import type { ScanColumn } from '../scan-column.ts';
import type { ScanLayout } from './scan-layout.ts';
import type { ArrayPlace, CalledFunction, NumberType, Scope } from './scope.ts';
import type { TextRule } from './text-rules.ts';
import { TIME_FUNCTIONS } from './time-code.ts';

export interface ScanSetting {
  readonly columns: readonly ScanColumn[];
  readonly textRules: readonly TextRule[];
  readonly kernel: Kernel;
  readonly layout: ScanLayout;
  /** By column: a local time is UTC. */
  readonly lacksOffset: readonly boolean[];
}

/** Functions of JavaScript (ScanCalls), by how the code calls them. Those of one column have its place before their arguments. */
const KNOWN: CalledFunction = { name: 'known', parameters: ['i32', 'i32', 'i32'], result: 'i32' };
const IMPORTED: readonly CalledFunction[] = [
  { name: 'field', parameters: ['i32', 'i32', 'i32', 'i32'], result: 'i32' },
  KNOWN,
  { name: 'emptyEnd', parameters: ['i32'], result: 'i32' },
  { name: 'wide', parameters: ['i32', 'f64', 'i32', 'i32', 'i32'], result: null },
  { name: 'text', parameters: ['i32', 'i32', 'i32', 'i32', 'i32', 'i32'], result: 'i32' },
  { name: 'ruleHolds', parameters: ['i32'], result: 'i32' },
  { name: 'keysHold', parameters: [], result: 'i32' },
  { name: 'addTotal', parameters: ['i32', 'i32', 'f64', 'i32'], result: null },
  { name: 'addAggregates', parameters: [], result: null },
];

function calledRules(rules: readonly TextRule[]): readonly CalledFunction[] {
  return rules.map(({ name, parameters }) => ({ name, parameters: parameters.map(({ type }) => type), result: 'i32' }));
}

/** The declarations of all functions of JavaScript. */
export function importSource(rules: readonly TextRule[]): string {
  const declared = [...IMPORTED, ...calledRules(rules)].map(({ name, parameters, result }) => {
    const given = parameters.map((type, place) => `(param $p${place} ${type})`).join(' ');
    return `(import $${name} ${given} ${result === null ? '' : `(result ${result})`})`;
  });
  return declared.join('\n');
}

export function scanScope(setting: ScanSetting): Scope {
  return {
    arrays: arraysOf(setting),
    fields: fieldsOf(setting),
    calls: callsOf(setting),
    view: 'view',
    input: setting.kernel.inputAt,
    isDouble: (name) => /^(?:n\d+|f|h|DD)$/.test(name),
    // The answer of a rule, whose code is made of an expression of the spec.
    isExact: (name) => name === 'o',
  };
}

function arraysOf({ columns, kernel, layout }: ScanSetting): ReadonlyMap<string, ArrayPlace> {
  const word = (at: number): ArrayPlace => ({ element: 'word', at });
  const arrays = new Map<string, ArrayPlace>([
    ['b', { element: 'byte', at: kernel.inputAt }],
    ['V', { element: 'double', at: layout.time }],
    ['OUT', word(layout.out)],
    ['POWERS', { element: 'double', at: layout.powers }],
    ['LIMITS', { element: 'double', at: layout.powerLimits }],
    ['DAYS_IN', word(layout.daysIn)],
    ['DAYS_BEFORE', word(layout.daysBefore)],
    ['FRACTION', word(layout.fraction)],
    ['S.textEnds', { element: 'byte', at: layout.textEnds }],
    ['S.attributeEnds', { element: 'byte', at: layout.attributeEnds }],
    ['S.places', word(layout.places)],
    ['S.nulls', word(layout.nulls)],
    ['S.entries', word(layout.entries)],
    ['S.plains', word(layout.plains)],
    ['PLAIN_ENDS', word(layout.plainEnds)],
    ['ARE_PLAIN', word(layout.arePlain)],
  ]);
  for (const [place, name] of ['ra', 'la', 'oa', 'na'].entries()) arrays.set(name, { ...word(layout.lineage[place] ?? 0), bias: 'bias' });
  let table = 0;
  for (const { index: i, isDeferred } of columns) {
    const { values, nulls } = layout.columns[i] ?? { values: 0, nulls: 0 };
    if (isDeferred) arrays.set(`N${i}`, word(kernel.notes[table++]?.byteOffset ?? 0));
    else arrays.set(`w${i}`, word(values)).set(`x${i}`, word(values)).set(`z${i}`, word(nulls));
  }
  return arrays;
}

function fieldsOf({ columns, layout }: ScanSetting): Scope['fields'] {
  const fields = new Map<string, { readonly at: number; readonly type: NumberType }>([
    ['S.end', { at: layout.end, type: 'i32' }],
    ['S.innerLines', { at: layout.innerLines, type: 'i32' }],
    ['S.number', { at: layout.number, type: 'f64' }],
    ['S.plainEnd', { at: layout.plainEnd, type: 'i32' }],
    ['S.isPlain', { at: layout.isPlain, type: 'i32' }],
  ]);
  for (const { index: i } of columns) fields.set(`T${i}.value[0]`, { at: layout.time, type: 'f64' });
  return fields;
}

function callsOf({ columns, textRules, layout, lacksOffset }: ScanSetting): Scope['calls'] {
  const calls = new Map<string, CalledFunction>();
  for (const called of [...IMPORTED, ...calledRules(textRules)]) calls.set(`S.${called.name}`, called);
  const times = new Map(
    TIME_FUNCTIONS.map(({ name, parameters }): [string, CalledFunction] => [
      name,
      { name, parameters: parameters.map(() => 'i32' as const), result: 'i32' },
    ]),
  );
  for (const [name, called] of times) calls.set(name, called);
  for (const { index: i } of columns) {
    calls.set(`K${i}.place`, { ...KNOWN, first: [i] });
    calls.set(`v${i}.setInt32`, {
      name: 'putWord',
      parameters: ['i32', 'i32', 'i32'],
      result: null,
      more: [layout.columns[i]?.values ?? 0],
    });
    for (const [name, called] of times) {
      const more = name === 'timestamp' ? [Number(lacksOffset[i] ?? false)] : [];
      calls.set(`T${i}.${name}`, { ...called, more });
    }
  }
  return calls;
}

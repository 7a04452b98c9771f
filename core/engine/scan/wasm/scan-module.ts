/**
 * A generated scanner as WebAssembly. V8 makes its best code of it once for all threads of the process, and keeps it whatever values come; of JavaScript
 * every thread makes its own, and makes it again where a branch is taken for the first time.
 */
import { assemble } from '../../kernel/assemble.ts';
import { COLUMN, COLUMN_BYTES, COLUMNS_AT } from '../../kernel/layout.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { Module, type WasmModule } from '../../kernel/web-assembly.ts';
import type { ScanColumn } from '../scan-column.ts';
import { rowLoop, type ScannerParts } from '../scanner-source.ts';
import { UnknownCode } from './code-tree.ts';
import { COUNTS, OUT, type ScanLayout } from './scan-layout.ts';
import { TIME_FUNCTIONS } from './time-code.ts';
import { textRule, withTextRules, type TextRule } from './text-rules.ts';
import { translate, type ArrayPlace, type CalledFunction, type Scope } from './translate.ts';

/** The parameters of `scan`. Positions count from the first byte of the input; `first` is the row that the first note is of. */
const PARAMETERS = ['p', 'stop', 'limit', 'final', 'r', 'cap', 'first', 'record', 'line', 'ob'] as const;

export interface ScanExports {
  scan(p: number, stop: number, limit: number, final: number, r: number, cap: number, first: number, record: number, line: number, ob: number): number;
}

/** What a scanner calls, all of it by numbers. */
export interface ScanCalls {
  field(index: number, from: number, place: number, ends: number): number;
  emptyEnd(at: number): number;
  known(index: number, from: number, to: number): number;
  text(index: number, from: number, to: number, quoted: number, place: number, plainAt: number): number;
  keysHold(): number;
  addTotal(total: number, index: number, number: number, place: number): undefined;
  addAggregates(): undefined;
  wide(index: number, number: number, exponent: number, negative: number, place: number): undefined;
  ruleHolds(rule: number): number;
}

const IMPORTS = `
  (import $field (param $index i32) (param $from i32) (param $place i32) (param $ends i32) (result i32))
  (import $emptyEnd (param $at i32) (result i32))
  (import $wide (param $index i32) (param $number f64) (param $exponent i32) (param $negative i32) (param $place i32))
  (import $ruleHolds (param $rule i32) (result i32))
  (import $known (param $index i32) (param $from i32) (param $to i32) (result i32))
  (import $text (param $index i32) (param $from i32) (param $to i32) (param $quoted i32) (param $place i32) (param $plainAt i32) (result i32))
  (import $keysHold (result i32))
  (import $addTotal (param $total i32) (param $index i32) (param $number f64) (param $place i32))
  (import $addAggregates)
  ;; A word, its highest byte first.
  (func $putWord (param $at i32) (param $value i32) (param $base i32)
    (i32.store (i32.add (local.get $base) (local.get $at)) (i32.or
      (i32.and (i32.rotl (local.get $value) (i32.const 8)) (i32.const 0x00ff00ff))
      (i32.and (i32.rotl (local.get $value) (i32.const 24)) (i32.const 0xff00ff00)))))`;

const MAX_KEPT = 32;
const compiled = new Map<string, WasmModule | null>();

/** null where the code has no translation. `lacksOffset`: by column, a local time is UTC. */
export function scanModule(parts: ScannerParts, kernel: Kernel, layout: ScanLayout, lacksOffset: readonly boolean[]): WasmModule | null {
  const rules = parts.rules.flatMap((rule, place) => textRule(rule, place, parts.columns) ?? []);
  const code = scanCode({ ...parts, rules: withTextRules(parts.rules, parts.columns) });
  const key = `${layout.time} ${layout.behind} ${kernel.inputAt} ${lacksOffset.join()} ${code}`;
  const known = compiled.get(key);
  if (known !== undefined) return known;
  if (compiled.size >= MAX_KEPT) compiled.clear();
  const made = compile(code, rules, scopeOf(parts.columns, rules, kernel, layout, lacksOffset));
  compiled.set(key, made);
  return made;
}

function compile(code: string, rules: readonly TextRule[], scope: Scope): WasmModule | null {
  const imports = rules.map(
    ({ name, parameters }) => `(import $${name} ${parameters.map((each) => `(param $${each.name} ${each.type})`).join(' ')} (result i32))`,
  );
  try {
    const functions = [...TIME_FUNCTIONS, { name: 'scan', parameters: PARAMETERS, code }];
    return new Module(assemble([IMPORTS, ...imports, ...functions.map((each) => translate(each, scope))].join('\n')));
  } catch (error) {
    if (error instanceof UnknownCode) return null;
    throw error;
  }
}

/** Records and lines count from those of the first row that is staged: `rb` and `lb` are zero, as is `notedFrom`. */
function scanCode(parts: ScannerParts): string {
  const own = parts.columns.filter(({ isDeferred }) => !isDeferred);
  const out = ['r', 'record', 'line', 'exit', 'reached'].map((name, place) => `OUT[${place}] = ${name};`);
  const counts = own.map(({ index: i }) => {
    const at = OUT.columns + i * COUNTS.words;
    return `OUT[${at + COUNTS.values}] = k${i}; OUT[${at + COUNTS.nulls}] = y${i}; OUT[${at + COUNTS.plainBytes}] = pl${i};`;
  });
  const texts = own.filter(({ kind }) => kind === 'text').map(({ index: i }) => `pl${i} = PLAIN_ENDS[${i}]; m${i} = ARE_PLAIN[${i}];`);
  return `D2 = -1; bias = (0 - r) * 4; ${texts.join(' ')} ${rowLoop(parts)} ${[...out, ...counts].join(' ')} return p;`;
}

function scopeOf(
  columns: readonly ScanColumn[],
  rules: readonly TextRule[],
  kernel: Kernel,
  layout: ScanLayout,
  lacksOffset: readonly boolean[],
): Scope {
  const arrays = new Map<string, ArrayPlace>([
    ['b', { element: 'byte', at: kernel.inputAt }],
    ['V', { element: 'double', at: layout.time }],
    ['OUT', { element: 'word', at: layout.out }],
    ['POWERS', { element: 'double', at: layout.powers }],
    ['LIMITS', { element: 'double', at: layout.powerLimits }],
    ['DAYS_IN', { element: 'word', at: layout.daysIn }],
    ['DAYS_BEFORE', { element: 'word', at: layout.daysBefore }],
    ['FRACTION', { element: 'word', at: layout.fraction }],
    ['S.textEnds', { element: 'byte', at: layout.textEnds }],
    ['S.attributeEnds', { element: 'byte', at: layout.attributeEnds }],
    ['S.places', { element: 'word', at: layout.places }],
    ['S.nulls', { element: 'word', at: layout.nulls }],
    ['S.entries', { element: 'word', at: layout.entries }],
    ['S.plains', { element: 'word', at: layout.plains }],
    ['PLAIN_ENDS', { element: 'word', at: layout.plainEnds }],
    ['ARE_PLAIN', { element: 'word', at: layout.arePlain }],
  ]);
  for (const [place, name] of ['ra', 'la', 'oa', 'na'].entries()) {
    arrays.set(name, { element: 'word', at: layout.lineage[place] ?? 0, bias: 'bias' });
  }
  const fields = new Map<string, { at: number; type: 'i32' | 'f64' }>([
    ['S.end', { at: layout.end, type: 'i32' }],
    ['S.innerLines', { at: layout.innerLines, type: 'i32' }],
    ['S.number', { at: layout.number, type: 'f64' }],
    ['S.plainEnd', { at: layout.plainEnd, type: 'i32' }],
    ['S.isPlain', { at: layout.isPlain, type: 'i32' }],
  ]);
  const calls = new Map<string, CalledFunction>([
    ['S.field', { name: 'field', parameters: ['i32', 'i32', 'i32', 'i32'], result: 'i32' }],
    ['S.emptyEnd', { name: 'emptyEnd', parameters: ['i32'], result: 'i32' }],
    ['S.wide', { name: 'wide', parameters: ['i32', 'f64', 'i32', 'i32', 'i32'], result: null }],
    ['S.text', { name: 'text', parameters: ['i32', 'i32', 'i32', 'i32', 'i32', 'i32'], result: 'i32' }],
    ['S.keysHold', { name: 'keysHold', parameters: [], result: 'i32' }],
    ['S.addTotal', { name: 'addTotal', parameters: ['i32', 'i32', 'f64', 'i32'], result: null }],
    ['S.addAggregates', { name: 'addAggregates', parameters: [], result: null }],
    ['S.ruleHolds', { name: 'ruleHolds', parameters: ['i32'], result: 'i32' }],
    ...rules.map(({ name, parameters }): [string, CalledFunction] => [
      `S.${name}`,
      { name, parameters: parameters.map(({ type }) => type), result: 'i32' },
    ]),
    ...TIME_FUNCTIONS.map(({ name, parameters }): [string, CalledFunction] => [
      name,
      { name, parameters: parameters.map(() => 'i32' as const), result: 'i32' },
    ]),
  ]);
  let table = 0;
  for (const { index: i, isDeferred } of columns) {
    const { values, nulls } = layout.columns[i] ?? { values: 0, nulls: 0 };
    if (isDeferred) {
      arrays.set(`N${i}`, { element: 'word', at: COLUMNS_AT + table * COLUMN_BYTES + COLUMN.notes });
      table += 1;
      continue;
    }
    arrays.set(`w${i}`, { element: 'word', at: values }).set(`z${i}`, { element: 'word', at: nulls });
    arrays.set(`x${i}`, { element: 'word', at: values });
    calls.set(`K${i}.place`, { name: 'known', parameters: ['i32', 'i32', 'i32'], result: 'i32', first: [i] });
    fields.set(`T${i}.value[0]`, { at: layout.time, type: 'f64' });
    calls.set(`v${i}.setInt32`, { name: 'putWord', parameters: ['i32', 'i32', 'i32'], result: null, more: [values] });
    for (const method of ['date', 'compactDate', 'datetime']) calls.set(`T${i}.${method}`, { name: method, parameters: ['i32'], result: 'i32' });
    const isUtc = Number(lacksOffset[i] ?? false);
    calls.set(`T${i}.timestamp`, { name: 'timestamp', parameters: ['i32', 'i32'], result: 'i32', more: [isUtc] });
  }
  return { arrays, fields, calls, view: 'view', input: kernel.inputAt, isDouble: (name) => /^(?:n\d+|f|h|DD)$/.test(name) };
}

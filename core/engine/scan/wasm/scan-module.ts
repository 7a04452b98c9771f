/**
 * A generated scanner as WebAssembly. V8 makes its best code of it once for all threads of the process, and keeps it whatever values come; of JavaScript
 * every thread makes its own, and makes it again where a branch is taken for the first time.
 */
import { assemble } from '../../kernel/assemble.ts';
import { Module, type WasmModule } from '../../kernel/web-assembly.ts';
import { rowLoop, type ScannerParts } from '../scanner-source.ts';
import { UnknownCode } from './code-tree.ts';
import { COUNTS, OUT } from './scan-layout.ts';
import { importSource, scanScope, type ScanSetting } from './scan-scope.ts';
import { TIME_FUNCTIONS } from './time-code.ts';
import { withTextRules } from './text-rules.ts';
import { translate } from './translate.ts';

/** The parameters of `scan`. Positions count from the first byte of the input; `first` is the row that the first note is of. */
const PARAMETERS = ['p', 'stop', 'limit', 'final', 'r', 'cap', 'first', 'record', 'line', 'ob'] as const;

export interface ScanExports {
  readonly scan: (
    p: number,
    stop: number,
    limit: number,
    final: number,
    r: number,
    cap: number,
    first: number,
    record: number,
    line: number,
    ob: number,
  ) => number;
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

/** A word, its highest byte first. */
const PUT_WORD = `
  (func $putWord (param $at i32) (param $value i32) (param $base i32)
    (i32.store (i32.add (local.get $base) (local.get $at)) (i32.or
      (i32.and (i32.rotl (local.get $value) (i32.const 8)) (i32.const 0x00ff00ff))
      (i32.and (i32.rotl (local.get $value) (i32.const 24)) (i32.const 0xff00ff00)))))`;

const MAX_KEPT = 32;
const compiled = new Map<string, WasmModule | null>();

/** null where the code has no translation. */
export function scanModule(parts: ScannerParts, setting: ScanSetting): WasmModule | null {
  const { textRules, kernel, layout, lacksOffset } = setting;
  const code = scanCode({ ...parts, rules: withTextRules(parts.rules, textRules) });
  const key = `${layout.time} ${layout.behind} ${kernel.inputAt} ${lacksOffset.join()} ${code}`;
  const known = compiled.get(key);
  if (known !== undefined) return known;
  if (compiled.size >= MAX_KEPT) compiled.clear();
  const made = compile(code, setting);
  compiled.set(key, made);
  return made;
}

function compile(code: string, setting: ScanSetting): WasmModule | null {
  const scope = scanScope(setting);
  try {
    const functions = [...TIME_FUNCTIONS, { name: 'scan', parameters: PARAMETERS, code }].map((each) => translate(each, scope));
    return new Module(assemble([importSource(setting.textRules), PUT_WORD, ...functions].join('\n')));
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

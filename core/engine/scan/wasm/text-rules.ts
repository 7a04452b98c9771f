/**
 * Rules about texts, which only JavaScript can look at: the code of such a rule becomes a function that a scanner in WebAssembly calls with what the
 * row at hand has of the rule's columns.
 */
import { compileFunction } from 'node:vm';
import type { CompiledRowRule } from '../rule-source.ts';
import type { ScanColumn } from '../scan-column.ts';
import type { ScanRuntime } from '../scan-runtime.ts';
import type { NumberType } from './scope.ts';

export interface TextRule {
  /** Its place among the rules. */
  readonly place: number;
  /** By which a scanner calls it. */
  readonly name: string;
  readonly parameters: readonly { readonly name: string; readonly type: NumberType }[];
  /** Gives 0 for false, 1 for true, 2 for NULL, 3 where the general function has to be asked. */
  readonly source: string;
}

export function textRulesOf(rules: readonly CompiledRowRule[], columns: readonly ScanColumn[]): readonly TextRule[] {
  return rules.flatMap((rule, place) => textRule(rule, place, columns) ?? []);
}

/** null for a rule that is not about texts. */
function textRule(rule: CompiledRowRule, place: number, columns: readonly ScanColumn[]): TextRule | null {
  if (rule.source === null || !rule.source.includes('.textAt(')) return null;
  const parameters = rule.columns.flatMap((index) => [
    { name: `u${index}`, type: 'i32' as const },
    ...(columns[index]?.kind === 'text'
      ? [
          { name: `t${index}`, type: 'i32' as const },
          { name: `pl${index}`, type: 'i32' as const },
        ]
      : [{ name: `n${index}`, type: 'f64' as const }]),
  ]);
  return {
    place,
    name: `textRule${place}`,
    parameters,
    source: `const o = ${rule.source}; return o === undefined ? 3 : o === null ? 2 : o ? 1 : 0;`,
  };
}

/** The rules with a call in the place of each that is about texts. */
export function withTextRules(rules: readonly CompiledRowRule[], textRules: readonly TextRule[]): readonly CompiledRowRule[] {
  return rules.map((rule, place) => {
    const own = textRules.find((each) => each.place === place);
    return own === undefined ? rule : { ...rule, source: `S.${own.name}(${own.parameters.map(({ name }) => name).join(', ')})` };
  });
}

/** The function of the rule. Its code is made from the typed spec alone, as that of the scanner is. */
export function textRuleFunction({ parameters, source }: TextRule, { buffers }: ScanRuntime): (...numbers: number[]) => number {
  const texts = buffers.map((_, index) => `B${index}`);
  const rule = compileFunction(source, [...texts, ...parameters.map(({ name }) => name)]) as (...given: unknown[]) => number;
  return rule.bind(null, ...buffers);
}

/** A text of YAML as a spec, or what is wrong with it, as texts: for tests. */
import { parseSpec } from '../parse-spec.ts';
import { problemText } from '../spec-problem.ts';
import type { SourceSpec } from '../source-spec.ts';

export interface SpecTexts {
  /** Throws what is wrong. */
  readonly parse: (text: string) => SourceSpec;
  readonly problems: (text: string) => string[];
}

/** `file`: the name that problems give. */
export function specTexts(file: string): SpecTexts {
  return {
    parse: (text) => {
      const parsed = parseSpec(text, file);
      if ('problems' in parsed) throw new Error(parsed.problems.map(problemText).join('\n'));
      return parsed.spec;
    },
    problems: (text) => {
      const parsed = parseSpec(text, file);
      return 'problems' in parsed ? parsed.problems.map(problemText) : [];
    },
  };
}

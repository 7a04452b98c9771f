/** Runs a spec's own examples through the record checker that judges files. */
import { createRecordChecker } from '../engine/record-checker.ts';
import { CELL, emptyCells, type RawCells } from '../engine/values/raw-cells.ts';
import type { InlineTest, SourceSpec } from './source-spec.ts';

export interface InlineTestResult {
  readonly name: string;
  readonly passed: boolean;
  /** accepted, or the codes. */
  readonly expected: string;
  readonly found: string;
}

/**
 * A test passes when the record is accepted as expected, or when every expected code was found and nothing else. A rule's
 * finding counts by RULE_FAILED and by the rule's own code. `now` is current_timestamp(), ISO 8601 UTC with 6 digits.
 */
export function runInlineTests(spec: SourceSpec, now: string): readonly InlineTestResult[] {
  if (spec.tests.length === 0) {
    return [];
  }
  const checker = createRecordChecker(spec, { now });
  return spec.tests.map((test): InlineTestResult => {
    const { findings } = checker.check(cellsOf(spec, test));
    const codes = findings.map(({ code, rule }) => ({ code, rule }));
    const expected: readonly string[] = test.expect.accepted ? [] : test.expect.codes;
    const isCovered = codes.every(({ code, rule }) => expected.includes(code) || (rule !== null && expected.includes(rule)));
    const isFound = expected.every((each) => codes.some(({ code, rule }) => code === each || rule === each));
    const found = codes.map(({ code, rule }) => (rule === null ? code : `${code} (${rule})`));
    return {
      name: test.name,
      passed: isCovered && isFound,
      expected: expected.length === 0 ? 'accepted' : expected.join(', '),
      found: found.length === 0 ? 'accepted' : found.join(', '),
    };
  });
}

/** A column that the example does not name, or gives as null, has no value. */
function cellsOf(spec: SourceSpec, test: InlineTest): RawCells {
  const cells = emptyCells(spec.schema.length);
  spec.schema.forEach(({ name, mode }, index) => {
    const text = test.given[name] ?? null;
    cells.texts[index] = text;
    cells.kinds[index] = text === null ? CELL.NULL : CELL.PLAIN;
    if (mode === 'REPEATED' && text !== null) {
      // Elements of a list are written with commas between them.
      cells.lists[index] = text === '' ? [] : text.split(',').map((each) => ({ text: each.trim(), kind: CELL.PLAIN }));
    }
  });
  return cells;
}

/** The engine's own checks on a row of sample data, before it is in any file. */
import { emptyCells, CELL } from '../engine/values/raw-cells.ts';
import { createRecordChecker } from '../engine/record-checker.ts';
import type { Finding } from '../engine/report.ts';
import type { Cell } from '../engine/output/file-output.ts';
import type { SourceSpec } from '../spec/source-spec.ts';

export interface Judgement {
  readonly findings: readonly Finding[];
  /** Typed values by position in the schema; only meaningful without findings. */
  readonly values: readonly Cell[];
}

export type Judge = (texts: readonly (string | null)[]) => Judgement;

/** `now` is current_timestamp() of the rules, ISO 8601 UTC with 6 digits. */
export function rowJudge(spec: SourceSpec, now: string): Judge {
  const checker = createRecordChecker(spec, { now });
  const raw = emptyCells(spec.schema.length);
  return (texts) => {
    texts.forEach((text, index) => {
      const repeated = spec.schema[index]?.mode === 'REPEATED';
      raw.texts[index] = repeated ? null : text;
      raw.kinds[index] = text === null ? CELL.NULL : CELL.PLAIN;
      raw.lists[index] = repeated && text !== null ? [{ text, kind: CELL.PLAIN }] : null;
    });
    const { findings, values } = checker.check(raw);
    return { findings, values: [...values] };
  };
}

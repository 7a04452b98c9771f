/** The rules of a spec over the whole file, but for duplicates, which refuse single records (unique-keys.ts). */
import { isMarketsError } from '../../errors/markets-error.ts';
import { compileToJavaScript } from '../../expression/to-javascript.ts';
import type { FileRule, SourceSpec } from '../../spec/source-spec.ts';
import { fileFinding } from '../findings/file-finding.ts';
import type { Cell } from '../output/file-output.ts';
import type { Finding } from '../report.ts';
import { Aggregation, type AggregateContext, type PartialAggregate } from './aggregates.ts';
import { columnIndex } from './column-index.ts';
import { referencedColumns } from '../../expression/referenced-columns.ts';

type AggregateCheck = Extract<FileRule['check'], { kind: 'aggregate' }>;

interface AggregateRule {
  readonly rule: FileRule;
  readonly check: AggregateCheck;
  readonly aggregations: readonly Aggregation[];
}

export interface FailedFileRule {
  readonly finding: Finding;
  readonly severity: FileRule['severity'];
}

/** Of the records of a part of the file. Plain data: it passes between threads. */
export interface PartialFileRules {
  /** Of all rules, one behind another. */
  readonly aggregates: readonly PartialAggregate[];
  /** By rule; null where everything could be computed. */
  readonly problems: readonly (string | null)[];
}

export class FileRules {
  /** Places in the schema of the columns that the aggregates read; null where there is no aggregate. */
  readonly columns: readonly number[] | null;
  private readonly rules: readonly AggregateRule[];
  private readonly now: bigint;
  /** What an aggregate could not compute, by rule. */
  private readonly problems = new Map<FileRule, string>();

  constructor(context: AggregateContext) {
    this.now = context.now;
    this.rules = context.spec.validation.file_level.flatMap((rule, index): AggregateRule[] => {
      const { check } = rule;
      if (check.kind !== 'aggregate') {
        return [];
      }
      const aggregations = check.aggregates.map((each, place) => new Aggregation(each, `rule-${index}-${place}`, context));
      return [{ rule, check, aggregations }];
    });
    const place = columnIndex(context.spec);
    const read = this.rules.flatMap(({ check }) => check.aggregates).flatMap(({ argument }) => referencedColumns(argument));
    this.columns = this.aggregations.length === 0 ? null : [...new Set(read)].map(place);
  }

  staged(values: readonly Cell[]): void {
    for (const { rule, aggregations } of this.rules) {
      for (const aggregation of aggregations) {
        this.guarded(rule, () => {
          aggregation.add(values);
          return null;
        });
      }
    }
  }

  /** Rules that are false, or cannot be computed; one that is NULL passes. `records` counts refused ones too. */
  failures(records: number): readonly FailedFileRule[] {
    return this.rules.flatMap(({ rule, check, aggregations }) => {
      const row = [BigInt(records), ...aggregations.map((each) => each.result())];
      const holds = compileToJavaScript(check.expression, { column: placeOf, currentTimestamp: this.now });
      const result = this.guarded(rule, () => holds(row));
      const problem = this.problems.get(rule);
      if (result !== false && problem === undefined) {
        return [];
      }
      const said = problem === undefined ? 'The file breaks the rule' : `The rule cannot be computed (${problem})`;
      const message = rule.description ?? `${said}: ${rule.rule}`;
      const details = { rule: rule.code ?? rule.rule, found: row.map(String).join(', '), expected: rule.rule };
      return [{ severity: rule.severity, finding: fileFinding('FILE_RULE_FAILED', message, details) }];
    });
  }

  /** What was computed since the last call, where the context keeps no file of distinct values. */
  take(): PartialFileRules {
    const problems = this.rules.map(({ rule }) => this.problems.get(rule) ?? null);
    this.problems.clear();
    return { aggregates: this.aggregations.map((each) => each.take()), problems };
  }

  /** Adds the records of the next part of the file. */
  merge({ aggregates, problems }: PartialFileRules): void {
    for (const [index, { rule }] of this.rules.entries()) {
      const problem = problems[index] ?? null;
      if (problem !== null) this.problems.set(rule, problem);
    }
    for (const [index, aggregation] of this.aggregations.entries()) {
      const partial = aggregates[index];
      if (partial !== undefined) aggregation.merge(partial);
    }
  }

  close(): void {
    for (const aggregation of this.aggregations) aggregation.close();
  }

  private get aggregations(): readonly Aggregation[] {
    return this.rules.flatMap(({ aggregations }) => aggregations);
  }

  private guarded<T>(rule: FileRule, compute: () => T): T | null {
    try {
      return compute();
    } catch (error) {
      if (!isMarketsError(error, 'EXPRESSION_EVALUATION')) {
        throw error;
      }
      this.problems.set(rule, error.message);
      return null;
    }
  }
}

/** The condition's columns are row_count, then `aggregate 1`, `aggregate 2`, ... */
function placeOf(name: string): number {
  return name === 'row_count' ? 0 : Number(name.replace(/^aggregate /, ''));
}

/** The share of bad records that a file may have. null when it is kept. */
export function tooManyBadRows(spec: SourceSpec, bad: number, records: number): Finding | null {
  const { max_bad_rows: maxRows, max_bad_ratio_ppb: maxRatio } = spec.validation;
  if (maxRows !== null && bad > maxRows) {
    return fileFinding('TOO_MANY_BAD_ROWS', `The file has ${bad} bad records; ${maxRows} are allowed.`, {
      found: String(bad),
      expected: `at most ${maxRows}`,
    });
  }
  if (maxRatio !== null && BigInt(bad) * 1_000_000_000n > BigInt(maxRatio) * BigInt(records)) {
    const share = `${maxRatio / 10_000_000} %`;
    return fileFinding('TOO_MANY_BAD_ROWS', `${bad} of ${records} records are bad; ${share} are allowed.`, {
      found: `${bad} of ${records}`,
      expected: `at most ${share}`,
    });
  }
  return null;
}

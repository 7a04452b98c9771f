/**
 * count, count distinct, sum, min and max over the records that are staged. Sums are exact but for FLOAT64. The ranges of a file
 * are aggregated apart and merged in file order.
 */
import { compileToJavaScript, type RowFunction } from '../../expression/to-javascript.ts';
import type { Aggregate, SourceSpec } from '../../spec/source-spec.ts';
import type { Value } from '../../types/column-type.ts';
import type { Cell } from '../output/file-output.ts';
import { ValueHasher } from '../uniqueness/key-digests.ts';
import { DIGEST_WORDS } from '../uniqueness/key-hasher.ts';
import { SpillingKeySet } from '../uniqueness/spilling-key-set.ts';
import { compareValues } from '../values/compare-values.ts';
import { columnIndex } from './column-index.ts';
import { DistinctDigests } from './distinct-digests.ts';

export interface AggregateContext {
  readonly spec: SourceSpec;
  /** Microseconds UTC: the moment the run began. */
  readonly now: bigint;
  /** Of the digests of values: random, the same for all ranges of a file. */
  readonly seed: Int32Array;
  /** Where the distinct values of a whole file are kept; null for those of a range, which are taken before they are many. */
  readonly distinct: { readonly folder: string; readonly maxKeysInMemory: number } | null;
}

/** Of the records of a part of the file. Plain data: it passes between threads. */
export interface PartialAggregate {
  /** Values that are not NULL. */
  readonly count: number;
  readonly sum: bigint | number | null;
  /** Smallest or largest value. */
  readonly extreme: Value;
  /** Of the distinct values, each once; empty where they are not counted. */
  readonly digests: Int32Array<ArrayBuffer>;
}

/** A sum of FLOAT64 depends on the order in which all of its values are added. */
export function mayAggregateApart({ validation }: SourceSpec): boolean {
  return validation.file_level.every(
    ({ check }) =>
      check.kind !== 'aggregate' || check.aggregates.every((each) => each.function !== 'sum' || each.argument.type.kind !== 'FLOAT64'),
  );
}

export class Aggregation {
  private readonly argument: RowFunction;
  private readonly aggregate: Aggregate;
  private readonly distinct: SpillingKeySet | DistinctDigests | null;
  private count = 0;
  private sum: bigint | number | null = null;
  private extreme: Value = null;
  private readonly hasher: ValueHasher;
  /** Of the value at hand. */
  private readonly digest = new Int32Array(DIGEST_WORDS);

  /** `name` tells its files from those of others in the folder. */
  constructor(aggregate: Aggregate, name: string, context: AggregateContext) {
    const column = columnIndex(context.spec);
    this.aggregate = aggregate;
    this.argument = compileToJavaScript(aggregate.argument, { column, currentTimestamp: context.now });
    this.hasher = new ValueHasher(context.seed);
    this.distinct = aggregate.function === 'count_distinct' ? distinctValues(name, context) : null;
  }

  /** NULL is not counted. Fails with EXPRESSION_EVALUATION where the argument cannot be computed. */
  add(values: readonly Cell[]): void {
    const value = this.argument(values);
    if (value === null) {
      return;
    }
    this.count += 1;
    if (this.distinct !== null) {
      this.hasher.start();
      this.hasher.add(this.aggregate.argument.type, value);
      this.hasher.finish(this.digest, 0);
      this.distinct.add(this.digest, 0);
    }
    if (this.aggregate.function === 'sum') this.sum = added(this.sum, value);
    this.extend(value);
  }

  /** What was computed since the last call, of a range. */
  take(): PartialAggregate {
    const { count, sum, extreme, distinct } = this;
    const digests = distinct instanceof DistinctDigests ? distinct.take() : new Int32Array(0);
    this.count = 0;
    this.sum = null;
    this.extreme = null;
    return { count, sum, extreme, digests };
  }

  /** Adds the records behind those so far. */
  merge({ count, sum, extreme, digests }: PartialAggregate): void {
    this.count += count;
    this.sum = added(this.sum, sum);
    if (extreme !== null) this.extend(extreme);
    for (let at = 0; at < digests.length; at += DIGEST_WORDS) this.distinct?.add(digests, at);
  }

  /** NULL for sum, min and max of no values. */
  result(): Value {
    switch (this.aggregate.function) {
      case 'count':
        return BigInt(this.count);
      case 'count_distinct':
        return BigInt(this.distinct instanceof SpillingKeySet ? this.distinct.size : 0);
      case 'sum':
        return this.sum;
      case 'min':
      case 'max':
        return this.extreme;
    }
  }

  close(): void {
    if (this.distinct instanceof SpillingKeySet) this.distinct.close();
  }

  /** Of equal values the first stays. */
  private extend(value: Value): void {
    const sign = this.aggregate.function === 'min' ? -1 : this.aggregate.function === 'max' ? 1 : 0;
    if (sign === 0) return;
    if (this.extreme === null || compareValues(value, this.extreme) * sign > 0) this.extreme = value;
  }
}

function distinctValues(name: string, { distinct }: AggregateContext): SpillingKeySet | DistinctDigests {
  return distinct === null ? new DistinctDigests() : new SpillingKeySet(distinct.folder, name, distinct.maxKeysInMemory);
}

function added(sum: bigint | number | null, value: Value): bigint | number | null {
  if (typeof value === 'bigint') {
    return (typeof sum === 'bigint' ? sum : 0n) + value;
  }
  return typeof value === 'number' ? (typeof sum === 'number' ? sum : 0) + value : sum;
}

/** count, count distinct, sum, min and max over the records that are staged. Sums are exact but for FLOAT64. */
import { compileToJavaScript, type RowFunction } from '../../expression/to-javascript.ts';
import type { Aggregate, SourceSpec } from '../../spec/source-spec.ts';
import type { Value } from '../../types/column-type.ts';
import type { EngineLimits } from '../limits.ts';
import type { Cell } from '../output/file-output.ts';
import { randomFillSync } from 'node:crypto';
import { ValueHasher } from '../uniqueness/key-digests.ts';
import { DIGEST_WORDS, SEED_WORDS } from '../uniqueness/key-hasher.ts';
import { SpillingKeySet } from '../uniqueness/spilling-key-set.ts';
import { compareValues } from '../values/compare-values.ts';
import { columnIndex } from './column-index.ts';

export interface AggregateContext {
  readonly spec: SourceSpec;
  /** Microseconds UTC: the moment the run began. */
  readonly now: bigint;
  readonly folder: string;
  readonly limits: EngineLimits;
}

export class Aggregation {
  private readonly argument: RowFunction;
  private readonly aggregate: Aggregate;
  private readonly distinct: SpillingKeySet | null;
  private count = 0n;
  private sum: bigint | number | null = null;
  private extreme: Value = null;
  private readonly hasher = new ValueHasher(randomFillSync(new Int32Array(SEED_WORDS)));
  /** Of the value at hand. */
  private readonly digest = new Int32Array(DIGEST_WORDS);

  /** `name` tells its files from those of others in the folder. */
  constructor(aggregate: Aggregate, name: string, context: AggregateContext) {
    const column = columnIndex(context.spec);
    this.aggregate = aggregate;
    this.argument = compileToJavaScript(aggregate.argument, { column, currentTimestamp: context.now });
    this.distinct =
      aggregate.function === 'count_distinct' ? new SpillingKeySet(context.folder, name, context.limits.maxKeysInMemory) : null;
  }

  /** NULL is not counted. Fails with EXPRESSION_EVALUATION where the argument cannot be computed. */
  add(values: readonly Cell[]): void {
    const value = this.argument(values);
    if (value === null) {
      return;
    }
    this.count += 1n;
    if (this.distinct !== null) {
      this.hasher.start();
      this.hasher.add(this.aggregate.argument.type, value);
      this.hasher.finish(this.digest, 0);
      this.distinct.add(this.digest, 0);
    }
    switch (this.aggregate.function) {
      case 'sum':
        this.sum = added(this.sum, value);
        break;
      case 'min':
        this.extreme = this.extreme === null || compareValues(value, this.extreme) < 0 ? value : this.extreme;
        break;
      case 'max':
        this.extreme = this.extreme === null || compareValues(value, this.extreme) > 0 ? value : this.extreme;
        break;
      case 'count':
      case 'count_distinct':
        break;
    }
  }

  /** NULL for sum, min and max of no values. */
  result(): Value {
    switch (this.aggregate.function) {
      case 'count':
        return this.count;
      case 'count_distinct':
        return BigInt(this.distinct?.size ?? 0);
      case 'sum':
        return this.sum;
      case 'min':
      case 'max':
        return this.extreme;
    }
  }

  close(): void {
    this.distinct?.close();
  }
}

function added(sum: bigint | number | null, value: Value): bigint | number | null {
  if (typeof value === 'bigint') {
    return (typeof sum === 'bigint' ? sum : 0n) + value;
  }
  return typeof value === 'number' ? (typeof sum === 'number' ? sum : 0) + value : sum;
}

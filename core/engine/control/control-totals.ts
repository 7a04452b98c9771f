/**
 * Exact sums of the columns whose totals a control file states: over every record whose value could be read, refused ones
 * too, since the sender counted them.
 */
import type { SourceSpec } from '../../spec/source-spec.ts';
import { columnIndex } from '../rules/column-index.ts';
import type { Cell } from '../output/file-output.ts';
import type { Finding } from '../report.ts';
import { singleValue } from '../values/cell-values.ts';

export interface ColumnTotal {
  readonly column: string;
  readonly scale: number;
  /** Times 10^scale. */
  readonly sum: bigint;
  /** Records whose value could not be read: the sum lacks them. */
  readonly unread: number;
}

/** By control total. Plain data: it passes between threads. */
export interface PartialTotals {
  readonly sums: readonly bigint[];
  readonly unread: readonly number[];
}

/** Below it a sum of two whole numbers is exact in a double. */
const EXACT_TERM = 2 ** 52;

export class ControlTotals {
  private readonly columns: readonly { readonly name: string; readonly place: number; readonly scale: number }[];
  private readonly sums: bigint[];
  /** Parts of the sums that are not in `sums` yet: whole numbers below 2^52, which cost less to add. */
  private readonly small: Float64Array;
  private readonly unread: number[];

  constructor(spec: SourceSpec) {
    const place = columnIndex(spec);
    this.columns = (spec.control_file?.totals ?? []).map(({ column }) => {
      const type = spec.schema[place(column)]?.type;
      return { name: column, place: place(column), scale: type?.kind === 'DECIMAL' ? type.scale : 0 };
    });
    this.sums = this.columns.map(() => 0n);
    this.small = new Float64Array(this.columns.length);
    this.unread = this.columns.map(() => 0);
  }

  /** A record that was split; `findings` tell which of its columns could not be read. */
  add(values: readonly Cell[], findings: readonly Finding[]): void {
    for (let index = 0; index < this.columns.length; index += 1) {
      const { name, place } = this.columns[index] ?? { name: '', place: 0 };
      const value = singleValue(values[place]);
      if (typeof value === 'bigint') {
        this.addValue(index, value);
      } else if (findings.some((finding) => finding.column === name)) {
        this.unread[index] = (this.unread[index] ?? 0) + 1;
      }
    }
  }

  /** Places in the schema of the columns that are summed, in the order of the totals. */
  get places(): readonly number[] {
    return this.columns.map(({ place }) => place);
  }

  /** One value of a total's column, where it is known to be a whole number below 2^52: false where it is not, nothing is added then. */
  addSmall(index: number, value: number): boolean {
    if (!(value < EXACT_TERM && value > -EXACT_TERM)) return false;
    const sum = (this.small[index] as number) + value;
    this.small[index] = sum;
    if (sum >= EXACT_TERM || sum <= -EXACT_TERM) this.flush(index);
    return true;
  }

  /** One value of a total's column. */
  addValue(index: number, value: bigint): void {
    this.sums[index] = (this.sums[index] ?? 0n) + value;
  }

  /** A record that could not be split. */
  addUnread(): void {
    this.unread.forEach((count, index) => {
      this.unread[index] = count + 1;
    });
  }

  /** Adds what another one counted of the same file. */
  merge({ sums, unread }: PartialTotals): void {
    for (let index = 0; index < this.columns.length; index += 1) {
      this.sums[index] = (this.sums[index] ?? 0n) + (sums[index] ?? 0n);
      this.unread[index] = (this.unread[index] ?? 0) + (unread[index] ?? 0);
    }
  }

  /** What was counted since the last call. */
  take(): PartialTotals {
    this.flushAll();
    const taken = { sums: [...this.sums], unread: [...this.unread] };
    this.sums.fill(0n);
    this.unread.fill(0);
    return taken;
  }

  results(): readonly ColumnTotal[] {
    this.flushAll();
    return this.columns.map(({ name, scale }, index) => ({
      column: name,
      scale,
      sum: this.sums[index] ?? 0n,
      unread: this.unread[index] ?? 0,
    }));
  }

  private flushAll(): void {
    for (let index = 0; index < this.columns.length; index += 1) this.flush(index);
  }

  private flush(index: number): void {
    const sum = this.small[index] as number;
    if (sum === 0) return;
    this.addValue(index, BigInt(sum));
    this.small[index] = 0;
  }
}

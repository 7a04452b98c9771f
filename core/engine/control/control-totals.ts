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

export class ControlTotals {
  private readonly columns: readonly { readonly name: string; readonly place: number; readonly scale: number }[];
  private readonly sums: bigint[];
  private readonly unread: number[];

  constructor(spec: SourceSpec) {
    const place = columnIndex(spec);
    this.columns = (spec.control_file?.totals ?? []).map(({ column }) => {
      const type = spec.schema[place(column)]?.type;
      return { name: column, place: place(column), scale: type?.kind === 'DECIMAL' ? type.scale : 0 };
    });
    this.sums = this.columns.map(() => 0n);
    this.unread = this.columns.map(() => 0);
  }

  /** A record that was split; `findings` tell which of its columns could not be read. */
  add(values: readonly Cell[], findings: readonly Finding[]): void {
    for (let index = 0; index < this.columns.length; index += 1) {
      const { name, place } = this.columns[index] ?? { name: '', place: 0 };
      const value = singleValue(values[place]);
      if (typeof value === 'bigint') {
        this.sums[index] = (this.sums[index] ?? 0n) + value;
      } else if (findings.some((finding) => finding.column === name)) {
        this.unread[index] = (this.unread[index] ?? 0) + 1;
      }
    }
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
    const taken = { sums: [...this.sums], unread: [...this.unread] };
    this.sums.fill(0n);
    this.unread.fill(0);
    return taken;
  }

  results(): readonly ColumnTotal[] {
    return this.columns.map(({ name, scale }, index) => ({
      column: name,
      scale,
      sum: this.sums[index] ?? 0n,
      unread: this.unread[index] ?? 0,
    }));
  }
}

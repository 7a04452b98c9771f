/**
 * The scanner of a format whose records have no fixed order of columns: it is made for the order of the spec at first, and
 * for that of a record which the scanner at hand could not take. What is learned ends with the range, so that what a range
 * becomes follows from its bytes alone; the scanners are kept.
 */
import type { RowBatch } from '../scan/row-batch.ts';
import type { ScanRuntime } from '../scan/scan-runtime.ts';
import type { TimeScan } from '../scan/time-scan.ts';
import type { RowScan, Scanner } from './range-format.ts';

/** Orders that are learned in one range, and records that are looked at for it. */
const MAX_LEARNED = 4;
const MAX_LOOKS = 64;
const MAX_KEPT = 16;

export interface ScanOrders<Shape> {
  readonly runtime: ScanRuntime;
  readonly times: readonly TimeScan[];
  readonly batch: RowBatch;
  /** The order of the spec. */
  readonly first: Shape;
  keyOf(shape: Shape): string;
  scannerOf(shape: Shape): Scanner;
}

export class LearnedScan<Shape> {
  private readonly orders: ScanOrders<Shape>;
  private readonly kept = new Map<string, RowScan>();
  private current: { readonly key: string; readonly shape: Shape };
  private looks = 0;
  private learned = 0;

  constructor(orders: ScanOrders<Shape>) {
    this.orders = orders;
    this.current = { key: orders.keyOf(orders.first), shape: orders.first };
  }

  get shape(): Shape {
    return this.current.shape;
  }

  /** A range begins: nothing is learned yet. */
  restart(): void {
    const { first } = this.orders;
    this.current = { key: this.orders.keyOf(first), shape: first };
    this.looks = 0;
    this.learned = 0;
    this.orders.batch.restart();
  }

  scan(): RowScan {
    const { key, shape } = this.current;
    const kept = this.kept.get(key);
    if (kept !== undefined) return kept;
    const { runtime, times, batch } = this.orders;
    const run = this.orders.scannerOf(shape);
    if (this.kept.size >= MAX_KEPT) this.kept.clear();
    this.kept.set(key, { run, runtime, times, batch });
    return { run, runtime, times, batch };
  }

  /** A record that the scanner did not take; `look` gives the shape that would take it, null where none does. */
  learn(look: (shape: Shape) => Shape | null): void {
    if (this.looks >= MAX_LOOKS || this.learned >= MAX_LEARNED) return;
    this.looks += 1;
    const shape = look(this.current.shape);
    const key = shape === null ? null : this.orders.keyOf(shape);
    if (shape === null || key === null || key === this.current.key) return;
    this.current = { key, shape };
    this.learned += 1;
  }
}

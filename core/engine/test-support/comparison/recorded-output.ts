/**
 * File outputs that also write down every staged row as one text. Without `join` the engine goes record by record, with it
 * range by range: the two texts of a row must be equal.
 */
import type { Finding } from '../../report.ts';
import type { JoinedOutput } from '../../output/create-file-output.ts';
import type { Cell, FileOutput, NonRecordKind, Outcome, OutputColumn, RecordSpan, Tiling } from '../../output/file-output.ts';
import { LINEAGE_COLUMNS } from '../../output/lineage-columns.ts';
import { rowHash } from '../../output/row-hash.ts';
import type { RangeRecords } from '../../ranges/range-output.ts';
import { plainText } from '../parquet-values.ts';
import { readRowGroup, type PlainCell } from './read-row-group.ts';

/** Record by record. */
export class RecordedOutput implements FileOutput {
  /** One text a row, in file order. */
  readonly rows: string[] = [];
  protected readonly inner: JoinedOutput;
  protected readonly columns: readonly OutputColumn[];
  private readonly origin: readonly [string, string];

  constructor(inner: JoinedOutput, columns: readonly OutputColumn[], origin: { readonly load_id: string; readonly file: string }) {
    this.inner = inner;
    this.columns = columns;
    this.origin = [origin.load_id, origin.file];
  }

  stage(span: RecordSpan, raw: Uint8Array, cells: readonly Cell[], extra: string | null, warnings: string | null): void {
    const own = this.columns.map(({ type }, index): PlainCell => {
      const cell = cells[index] ?? null;
      return isList(cell) ? cell.map((value) => plainText(type, value)) : plainText(type, cell);
    });
    const numbers = [span.record, span.line, span.byteOffset, span.byteLength].map((number) => (number === null ? null : String(number)));
    this.rows.push(rowText([...own, ...this.origin, ...numbers, String(rowHash(raw)), extra, warnings]));
    this.inner.stage(span, raw, cells, extra, warnings);
  }

  quarantine(span: RecordSpan, raw: Uint8Array, findings: readonly Finding[]): void {
    this.inner.quarantine(span, raw, findings);
  }

  hold(span: RecordSpan): void {
    this.inner.hold(span);
  }

  nonRecord(kind: NonRecordKind, byteOffset: number, byteLength: number): void {
    this.inner.nonRecord(kind, byteOffset, byteLength);
  }

  finish(outcome: Outcome): Promise<Tiling> {
    return this.inner.finish(outcome);
  }

  abort(): void {
    this.inner.abort();
  }
}

/** Range by range. */
export class RecordedJoinedOutput extends RecordedOutput implements JoinedOutput {
  join(range: RangeRecords, records: number, lines: number): void {
    if (range.group !== null) {
      const own = this.columns.length;
      const place = (name: string): number => own + LINEAGE_COLUMNS.findIndex((column) => column.name === name);
      const shifts = new Map([
        [place('_record'), records],
        [place('_line'), lines],
      ]);
      const columns = readRowGroup(range.group, [...this.columns, ...LINEAGE_COLUMNS], shifts);
      for (let row = 0; row < range.group.rows; row += 1) this.rows.push(rowText(columns.map((cells) => cells[row] ?? null)));
    }
    this.inner.join(range, records, lines);
  }
}

function isList(cell: Cell): cell is Exclude<Cell, string | number | bigint | boolean | Uint8Array | null> {
  return Array.isArray(cell);
}

function rowText(cells: readonly PlainCell[]): string {
  return JSON.stringify(cells);
}

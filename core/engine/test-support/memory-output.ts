/** A FileOutput that keeps everything in memory, for tests of the reading half; its tiling is a plain sort of the spans. */
import type { Cell, FileOutput, NonRecordKind, Outcome, RecordSpan, Tiling } from '../output/file-output.ts';
import type { Finding } from '../report.ts';

export interface StagedRow {
  readonly span: RecordSpan;
  readonly raw: string;
  readonly cells: readonly Cell[];
  readonly extra: string | null;
  readonly warnings: string | null;
}

export interface RefusedRow {
  readonly span: RecordSpan;
  readonly raw: Buffer;
  readonly findings: readonly Finding[];
}

interface Stretch {
  readonly kind: string;
  readonly from: number;
  readonly length: number;
}

export class MemoryOutput implements FileOutput {
  readonly staged: StagedRow[] = [];
  readonly refused: RefusedRow[] = [];
  readonly held: RecordSpan[] = [];
  readonly stretches: Stretch[] = [];

  stage(span: RecordSpan, raw: Uint8Array, cells: readonly Cell[], extra: string | null, warnings: string | null): void {
    this.staged.push({ span, raw: Buffer.from(raw).toString('latin1'), cells: [...cells], extra, warnings });
    this.add('staged', span.byteOffset, span.byteLength);
  }

  quarantine(span: RecordSpan, raw: Uint8Array, findings: readonly Finding[]): void {
    this.refused.push({ span, raw: Buffer.from(raw), findings: [...findings] });
    this.add('quarantined', span.byteOffset, span.byteLength);
  }

  hold(span: RecordSpan): void {
    this.held.push(span);
    this.add('held', span.byteOffset, span.byteLength);
  }

  nonRecord(kind: NonRecordKind, byteOffset: number, byteLength: number): void {
    this.add(kind, byteOffset, byteLength);
  }

  finish(outcome: Outcome): Promise<Tiling> {
    const fault = this.tilingFault(outcome.decompressedBytes);
    const isLoaded = !outcome.failed && fault === null;
    const held = this.bytesOf('held');
    return Promise.resolve({
      holds: fault === null,
      fault,
      bytes_staged: isLoaded ? this.bytesOf('staged') : 0,
      bytes_quarantined: this.bytesOf('quarantined'),
      bytes_of_non_records: {},
      bytes_not_loaded: held + (isLoaded ? 0 : this.bytesOf('staged')),
    });
  }

  abort(): void {
    this.stretches.length = 0;
  }

  /** Non-records by kind, as 'kind@offset+length'. */
  nonRecords(): readonly string[] {
    const records = ['staged', 'quarantined', 'held'];
    return this.stretches.filter(({ kind }) => !records.includes(kind)).map(({ kind, from, length }) => `${kind}@${from}+${length}`);
  }

  private add(kind: string, from: number, length: number): void {
    this.stretches.push({ kind, from, length });
  }

  private bytesOf(kind: string): number {
    return this.stretches.filter((stretch) => stretch.kind === kind).reduce((sum, { length }) => sum + length, 0);
  }

  private tilingFault(total: number): string | null {
    let end = 0;
    for (const { kind, from, length } of this.stretches.toSorted((a, b) => a.from - b.from || a.length - b.length)) {
      if (from !== end) {
        return `${kind} begins at ${from}, the stretch before it ends at ${end}`;
      }
      end = from + length;
    }
    return end === total ? null : `the last stretch ends at ${end}, the file at ${total}`;
  }
}

/** What the records of one range become before their numbers in the file are known. */
import type { RecordOutput, Cell, NonRecordKind, OutputColumn, RecordSpan } from '../output/file-output.ts';
import { SpanList } from '../output/span-bytes.ts';
import { StagedRows } from '../output/staged-rows.ts';
import type { RowGroup } from '../columns/row-group.ts';
import type { Finding, ValidationJob } from '../report.ts';
import { FrameWriter, type FrameData } from './quarantine-frames.ts';

/** Kinds of spans besides those of non-records: `held` are records. */
export type SpanKind = NonRecordKind | 'held';

export interface RangeRecords {
  readonly group: RowGroup | null;
  readonly frames: FrameData;
  readonly spans: readonly (readonly [SpanKind, Uint8Array<ArrayBuffer>])[];
  /** Runs of records (first record, how many, bytes of `followKind` behind each of them), three numbers a run. */
  readonly follows: Float64Array<ArrayBuffer>;
  readonly followKind: NonRecordKind;
}

export class RangeOutput implements RecordOutput {
  readonly staged: StagedRows;
  readonly frames: FrameWriter;
  /** What follows() tells of. */
  followKind: NonRecordKind = 'separator';
  private readonly spans = new Map<SpanKind, SpanList>();
  private runs: number[] = [];

  /** `staged`: buffers of the same columns that another file has left; null for new ones. */
  constructor(columns: readonly OutputColumn[], job: ValidationJob, staged: StagedRows | null) {
    const { encoding } = job.spec.source;
    this.staged = staged ?? new StagedRows(columns, job, encoding !== 'latin-1' && encoding !== 'windows-1252');
    this.staged.restart(job);
    this.frames = new FrameWriter({ load_id: job.load_id, file: job.file, at: job.now });
  }

  stage(span: RecordSpan, raw: Uint8Array, cells: readonly Cell[], extra: string | null, warnings: string | null): void {
    this.staged.stage(span, raw, cells, extra, warnings);
  }

  quarantine(span: RecordSpan, raw: Uint8Array, findings: readonly Finding[]): void {
    this.frames.add(span, raw, findings);
  }

  hold(span: RecordSpan): void {
    this.list('held').add(span.byteOffset, span.byteLength, false);
  }

  nonRecord(kind: NonRecordKind, byteOffset: number, byteLength: number): void {
    this.list(kind).add(byteOffset, byteLength, true);
  }

  /** Each of the `count` records up to `lastRecord` is followed by so many bytes of `followKind`. */
  follows(lastRecord: number, count: number, bytes: number): void {
    this.runs.push(lastRecord - count + 1, count, bytes);
  }

  /** Everything, and is empty again. */
  take(): RangeRecords {
    const spans = [...this.spans].map(([kind, list]) => [kind, list.bytes()] as const);
    this.spans.clear();
    const follows = Float64Array.from(this.runs);
    this.runs = [];
    return { group: this.staged.finish(), frames: this.frames.take(), spans, follows, followKind: this.followKind };
  }

  private list(kind: SpanKind): SpanList {
    const known = this.spans.get(kind);
    if (known !== undefined) return known;
    const list = new SpanList();
    this.spans.set(kind, list);
    return list;
  }
}

/** One record with everything that is known of it. */
import { linesOf } from '../../core/events/lines-of.ts';
import type { Finding, QuarantineRecord } from '../../core/engine/report.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { classifiedColumns, MASKED } from '../../core/classification/classified-columns.ts';
import { maskFinding } from '../../core/classification/mask-finding.ts';
import { specOfVersion } from '../run/spec-of-version.ts';
import type { LaneState, LoadState } from '../state/lane-state.ts';
import { rawBytes } from './raw-bytes.ts';
import type { TracedLoad, TracedRecord } from './trace-result.ts';

export interface TraceContext {
  readonly store: ObjectStore;
  readonly state: LaneState;
  readonly unmasked: boolean;
}

export interface RecordPlace {
  /** The staged part or the quarantine object. */
  readonly part: string | null;
  readonly record: number;
  readonly line: number | null;
  readonly byte_offset: number | null;
  readonly byte_length: number | null;
  /** [] for a staged record. */
  readonly findings: readonly Finding[];
}

export async function tracedRecord(
  context: TraceContext,
  load: LoadState,
  place: RecordPlace,
  found: Pick<TracedRecord, 'trade' | 'extracts'>,
): Promise<TracedRecord> {
  const masked = context.unmasked
    ? new Set<string>()
    : classifiedColumns(await specOfVersion(context.store, load.spec_version, load.source));
  return {
    outcome: place.findings.length > 0 ? 'quarantined' : 'staged',
    load: tracedLoad(load),
    record: place.record,
    line: place.line,
    byte_offset: place.byte_offset,
    byte_length: place.byte_length,
    object: place.part,
    // Where its classified values stand in the bytes is not known here: all or nothing.
    raw: masked.size > 0 ? MASKED : await rawText(context.store, load, place),
    findings: place.findings.map((finding) => maskFinding(finding, masked)),
    message: null,
    ...found,
  };
}

/** A message of a stream: its file is topic and partition, its record the offset. Kafka has its bytes for as long as it keeps them. */
export function tracedMessage(
  load: LoadState,
  file: string,
  offset: number,
  found: Pick<TracedRecord, 'trade' | 'extracts'>,
): TracedRecord {
  const at = file.lastIndexOf('/');
  return {
    outcome: 'staged',
    load: tracedLoad(load),
    record: offset,
    line: null,
    byte_offset: null,
    byte_length: null,
    object: load.parts.length === 1 ? (load.parts[0] ?? null) : null,
    raw: null,
    findings: [],
    message: { kafka_topic: file.slice(0, at), kafka_partition: Number(file.slice(at + 1)), kafka_offset: offset },
    ...found,
  };
}

async function rawText(
  store: ObjectStore,
  load: LoadState,
  { byte_offset: offset, byte_length: length }: RecordPlace,
): Promise<string | null> {
  if (load.archived_as === null || offset === null || length === null) return null;
  return (await rawBytes(store, load.archived_as, { offset, length })).toString('utf8');
}

/** The last refused record that starts at or before the line. */
export async function quarantinedAtLine(context: TraceContext, load: LoadState, line: number): Promise<RecordPlace | null> {
  if (load.quarantine === null) return null;
  let best: QuarantineRecord | null = null;
  for await (const text of linesOf(await context.store.readStream(load.quarantine))) {
    const record = JSON.parse(text) as QuarantineRecord;
    if (record.line !== null && record.line <= line && record.line >= (best?.line ?? 0)) best = record;
  }
  if (best === null) return null;
  const { record, byte_offset, byte_length, findings } = best;
  return { part: load.quarantine, record, line: best.line, byte_offset, byte_length, findings };
}

export function tracedLoad(load: LoadState): TracedLoad {
  return {
    load_id: load.load_id,
    source: load.source,
    file: load.object,
    business_date: load.business_date,
    version: load.version,
    spec_version: load.spec_version,
    status: load.status,
    published: load.published,
    superseded_by: load.superseded_by,
    archived_as: load.archived_as,
    records_in: load.records_in,
    staged: load.staged,
    quarantined: load.quarantined,
  };
}

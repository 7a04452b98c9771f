/** The part of the fold that is about streams. */
import type { EventEnvelope } from '../../core/events/event.ts';
import type { StreamEventData } from '../../core/events/stream-event.ts';
import { rangesAsTexts, rangesOfTexts, unionRanges } from '../../core/stream/offset-ranges.ts';
import { keyOf, type LaneState } from './lane-state.ts';
import { emptyStream, type StreamState } from './stream-state.ts';

type StreamEvent = { [T in keyof StreamEventData]: EventEnvelope<T> }[keyof StreamEventData];

/** Runs of a partition that are remembered: a bridge that reads again after a crash goes back some seconds, and a log full of holes is no reason to grow. */
const RUNS_KEPT_MAX = 1_000;

export function streamOf(state: LaneState, source: string): StreamState {
  const known = state.streams.get(source) ?? emptyStream();
  state.streams.set(source, known);
  return known;
}

export function applyStreamEvent(state: LaneState, event: StreamEvent): void {
  if (event.source === null) return;
  const stream = streamOf(state, event.source);
  switch (event.type) {
    case 'stream_read':
      applyRead(stream, event.data);
      return;
    case 'stream_dead_letters':
      stream.batch = Math.max(stream.batch, event.data.batches.last);
      return;
    case 'stream_candles':
      stream.candles.set(String(event.data.partition), event.data.last_seq);
      return;
    case 'stream_findings':
      stream.findings.set(String(event.data.partition), event.data.last_seq);
      return;
    case 'stream_checked':
      stream.checked = event.data;
      return;
  }
}

function applyRead(stream: StreamState, { kafka_topic, writer, records }: StreamEventData['stream_read']): void {
  for (const { seq, at, partitions } of records) {
    stream.reads.set(writer, Math.max(seq, stream.reads.get(writer) ?? 0));
    if (at > (stream.last_read_at ?? '')) stream.last_read_at = at;
    for (const { partition, offsets, lag_messages, lag_ms } of partitions) {
      const key = keyOf(kafka_topic, String(partition));
      if (at >= (stream.lag.get(key)?.at ?? '')) stream.lag.set(key, { at, lag_messages, lag_ms });
      const known = rangesOfTexts(stream.read.get(key) ?? []);
      stream.read.set(key, rangesAsTexts(unionRanges(known, rangesOfTexts(offsets)).slice(-RUNS_KEPT_MAX)));
    }
  }
}

/** A slice of a stream as a load: published whole, and good as a whole. */
export function applySlice(state: LaneState, { load_id, source, data, at, run_id }: EventEnvelope<'load_published'>): void {
  if (load_id === null || source === null || data.stream === undefined) return;
  const { object, business_date, version, attempt, spec_version, sha256, rows, parts } = data;
  state.loads.set(load_id, {
    ...{ load_id, source, object, business_date, version, attempt, spec_version, sha256, run_id },
    generation: '',
    bytes: parts.reduce((sum, part) => sum + part.bytes, 0),
    status: 'accepted',
    records_in: rows,
    staged: rows,
    quarantined: 0,
    not_loaded: 0,
    file_codes: [],
    findings_by_code: {},
    control: null,
    quarantine: null,
    report: '',
    validated_at: at,
    published: true,
    parts: parts.map((part) => part.object),
    superseded_by: null,
    archived_as: null,
    is_stream: true,
  });
  const stream = streamOf(state, source);
  if (data.stream.batches !== null) stream.batch = Math.max(stream.batch, data.stream.batches.last);
}

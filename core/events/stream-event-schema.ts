/** The published JSON Schema of the events about streams. */
import { Type, type TObject, type TProperties, type TSchema } from '@sinclair/typebox';
import type { StreamEventData } from './stream-event.ts';

const text = Type.String();
const count = Type.Integer({ minimum: 0 });
const seq = Type.Integer({ minimum: 1 });
const instant = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{6}Z$' });
const offset = Type.String({ pattern: '^(0|[1-9]\\d{0,18})$' });
const ranges = Type.Array(Type.Array(offset, { minItems: 2, maxItems: 2 }));

function closed<T extends TProperties>(properties: T): TObject<T> {
  return Type.Object(properties, { additionalProperties: false });
}
function nullable(schema: TSchema): TSchema {
  return Type.Union([schema, Type.Null()]);
}

const parts = Type.Array(closed({ object: text, rows: count, bytes: count, sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }) }));
const batches = closed({ first: seq, last: seq });

/** `stream` of load_published. */
export const STREAM_SLICE_SCHEMA = closed({
  batches: nullable(batches),
  from: instant,
  at: instant,
  offsets: Type.Array(closed({ kafka_topic: text, partition: count, ranges })),
});

const readPartition = closed({
  partition: count,
  offsets: ranges,
  read: count,
  dead_lettered: count,
  skipped: count,
  in_doubt: count,
  lag_messages: nullable(count),
  lag_ms: nullable(count),
});
const gaps = closed({
  kind: Type.Union([Type.Literal('sequence'), Type.Literal('loss')]),
  severity: Type.Union(['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'].map((severity) => Type.Literal(severity))),
  gaps: count,
  missing: count,
});

export const STREAM_EVENT_SCHEMAS: Readonly<Record<keyof StreamEventData, TObject>> = {
  stream_read: closed({
    kafka_topic: text,
    writer: text,
    records: Type.Array(
      closed({
        seq,
        from: instant,
        at: instant,
        published: count,
        dead_lettered: count,
        bytes: count,
        partitions: Type.Array(readPartition),
      }),
    ),
  }),
  stream_dead_letters: closed({ batches, at: instant, rows: count, parts }),
  stream_candles: closed({ partition: count, first_seq: seq, last_seq: seq, rows: count, parts }),
  stream_findings: closed({ partition: count, first_seq: seq, last_seq: seq, rows: count, parts }),
  stream_checked: closed({ open_gaps: Type.Array(gaps), drifting_candles: count }),
};

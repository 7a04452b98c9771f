/** The published JSON Schema of an event: the envelope, and for each type what its data holds. A test holds the lane's own events to it. */
import { Type, type TObject, type TProperties, type TSchema } from '@sinclair/typebox';
import type { EventType } from './event.ts';
import { REPORT_EVENT_SCHEMAS } from './report-event-schema.ts';
import { STREAM_EVENT_SCHEMAS, STREAM_SLICE_SCHEMA } from './stream-event-schema.ts';

const DRAFT = 'https://json-schema.org/draft/2020-12/schema';
const CLOSED = { additionalProperties: false } as const;
const text = Type.String();
const count = Type.Integer({ minimum: 0 });
const date = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' });
const instant = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{6}Z$' });
const sha256 = Type.String({ pattern: '^[0-9a-f]{64}$' });
const crc32c = Type.String({ pattern: '^[0-9a-f]{8}$' });
const loadId = Type.String({ pattern: '^[0-9a-f]{32}$' });

function closed<T extends TProperties>(properties: T): TObject<T> {
  return Type.Object(properties, CLOSED);
}
function nullable(schema: TSchema): TSchema {
  return Type.Union([schema, Type.Null()]);
}
function oneOf(...values: readonly string[]): TSchema {
  return Type.Union(values.map((value) => Type.Literal(value)));
}

const head = closed({ run_id: text, writer: text, seq: Type.Integer({ minimum: 1 }), hash: sha256 });
const landingObject = { object: text, generation: text };
const comparison = nullable(closed({ expected: text, found: text, matches: Type.Boolean() }));
const control = closed({
  file: nullable(text),
  row_count: comparison,
  checksum: nullable(
    closed({
      algorithm: oneOf('md5', 'sha256', 'crc32c'),
      expected: text,
      found: text,
      over: nullable(oneOf('delivered', 'decompressed')),
      matches: Type.Boolean(),
    }),
  ),
  totals: Type.Array(closed({ column: text, expected: text, found: text, matches: Type.Boolean() })),
});
const loadFacts = {
  object: text,
  business_date: date,
  version: Type.Integer({ minimum: 1 }),
  attempt: Type.Integer({ minimum: 1 }),
  spec_version: sha256,
  sha256,
};
const deliveredExtract = { date, revision: Type.Integer({ minimum: 1 }), object: text, partner: text };
export const PART_SCHEMA = closed({ object: text, rows: count, bytes: count, sha256 });

/** What `data` holds, by type. */
export const EVENT_DATA_SCHEMAS: Readonly<Record<EventType, TObject>> = {
  run_started: closed({
    epoch: Type.Integer({ minimum: 1 }),
    now: instant,
    engine_version: text,
    previous: nullable(closed({ run_id: text, closing_hash: nullable(sha256), heads: Type.Array(head) })),
  }),
  run_finished: closed({
    status: oneOf('ok', 'attention', 'failed'),
    heads: Type.Array(head),
    previous_closing_hash: nullable(sha256),
    steps: Type.Array(closed({ step: text, duration_ms: count, items: count })),
    error: nullable(text),
  }),
  tasks_joined: closed({ heads: Type.Array(head) }),
  spec_loaded: closed({
    spec_version: sha256,
    version: Type.Integer(),
    entity: text,
    domain: text,
    source_system: nullable(text),
    calendar: text,
    min_files_per_day: count,
    max_files_per_day: nullable(count),
    typical_min_rows: nullable(count),
    typical_max_rows: nullable(count),
    volume_anomaly: nullable(Type.Number()),
    delivery: oneOf('full', 'delta'),
    timezone: text,
  }),
  delivery_expected: closed({ business_date: date, due_at: instant, min_files: count }),
  object_discovered: closed({ ...landingObject, bytes: count, updated_at: instant }),
  object_unclaimed: closed({ ...landingObject, bytes: count }),
  control_awaited: closed({ ...landingObject, control_object: text, until: instant }),
  duplicate_ignored: closed({ ...landingObject, sha256, business_date: date, first_load_id: loadId, archived_as: text }),
  file_validated: closed({
    ...loadFacts,
    generation: text,
    bytes: count,
    status: oneOf('accepted', 'quarantined', 'failed'),
    records_in: count,
    staged: count,
    quarantined: count,
    not_loaded: count,
    warnings: count,
    duplicate_in_file: count,
    findings_by_code: Type.Record(text, count),
    file_findings: Type.Array(closed({ code: text, rule: nullable(text), message: text })),
    control: nullable(control),
    quarantine: nullable(text),
    report: text,
    quarantine_sha256: nullable(sha256),
    report_sha256: sha256,
    duration_ms: count,
  }),
  load_published: closed({
    ...loadFacts,
    rows: count,
    parts: Type.Array(PART_SCHEMA),
    manifest: text,
    supersedes: Type.Array(loadId),
    epoch: Type.Integer({ minimum: 1 }),
    stream: Type.Optional(STREAM_SLICE_SCHEMA),
  }),
  load_rebuilt: closed({ engine_version: text, identical: Type.Boolean(), parts: Type.Array(PART_SCHEMA) }),
  object_archived: closed({ ...landingObject, archived_as: text, crc32c, sha256, role: oneOf('data', 'control') }),
  object_expired: closed({ ...landingObject, bytes: count, updated_at: instant, kept_days: Type.Integer({ minimum: 1 }) }),
  dbt_finished: closed({
    status: oneOf('ok', 'failed'),
    command: text,
    full_refresh: Type.Boolean(),
    models: Type.Array(
      closed({
        name: text,
        kind: text,
        status: text,
        duration_ms: Type.Number(),
        rows_affected: nullable(Type.Integer()),
        bytes_processed: Type.Optional(nullable(count)),
        bytes_billed: Type.Optional(nullable(count)),
      }),
    ),
    tests_passed: count,
    tests_failed: count,
    duration_ms: Type.Number(),
  }),
  extract_written: closed({
    date,
    as_of: instant,
    object: text,
    manifest: text,
    control: text,
    rows: count,
    bytes: count,
    sha256,
    uncompressed_sha256: sha256,
    revision: Type.Integer({ minimum: 1 }),
  }),
  extract_delivered: closed({
    ...deliveredExtract,
    files: Type.Array(closed({ name: text, bytes: count, sha256 })),
    verified: oneOf('read_back', 'size'),
    attempts: Type.Integer({ minimum: 1 }),
    resumed_bytes: count,
    already_there: Type.Boolean(),
    receipt_due_at: nullable(instant),
    duration_ms: count,
  }),
  extract_delivery_failed: closed({ ...deliveredExtract, code: text, attempts: Type.Integer({ minimum: 1 }) }),
  extract_receipt: closed({
    ...deliveredExtract,
    receipt: text,
    sha256,
    verdict: oneOf('accepted', 'contradicts'),
    problems: Type.Array(oneOf('file', 'rows', 'bytes', 'sha256', 'status', 'unreadable')),
  }),
  alert_opened: closed({
    alert_id: text,
    kind: oneOf(
      ...['late', 'missing', 'failed', 'quarantined', 'volume', 'unclaimed', 'dbt_failed', 'conservation'],
      ...['delivery_failed', 'receipt_missing', 'receipt_contradicts'],
      ...['stream_gap', 'stream_loss', 'stream_lag', 'stream_silent', 'candle_drift'],
      ...['report_due', 'report_missed', 'report_failed'],
    ),
    severity: oneOf('P1', 'P2', 'P3'),
    business_date: nullable(date),
    object: nullable(text),
    message: text,
  }),
  alert_notified: closed({
    alert_id: text,
    about: oneOf('opened', 'closed'),
    status: oneOf('delivered', 'failed'),
    attempts: Type.Integer({ minimum: 1 }),
    http_status: nullable(Type.Integer()),
  }),
  alert_closed: closed({ alert_id: text, kind: text, reason: text }),
  ...REPORT_EVENT_SCHEMAS,
  ...STREAM_EVENT_SCHEMAS,
};

/** The schemas that docs/reference/schemas/ holds, by file name. */
export function publishedSchemas(): Readonly<Record<string, object>> {
  return { 'event.schema.json': eventSchema(), 'staging-manifest.schema.json': MANIFEST_SCHEMA };
}

function eventSchema(): object {
  const types = Object.entries(EVENT_DATA_SCHEMAS).map(([type, data]) =>
    closed({
      event_id: text,
      type: Type.Literal(type),
      at: instant,
      run_id: text,
      writer: text,
      seq: Type.Integer({ minimum: 1 }),
      load_id: nullable(loadId),
      source: nullable(text),
      data,
      prev_hash: Type.String({ pattern: '^([0-9a-f]{64})?$' }),
      hash: sha256,
    }),
  );
  const title = 'One event of control/events: a line of a segment';
  return { $schema: DRAFT, title, oneOf: types };
}

/** _manifest.json beside the staged parts of a load. */
const MANIFEST_SCHEMA: object = {
  $schema: DRAFT,
  title: 'What a published load consists of',
  ...closed({ load_id: loadId, source: text, ...loadFacts, rows: count, parts: Type.Array(PART_SCHEMA), supersedes: Type.Array(loadId) }),
};

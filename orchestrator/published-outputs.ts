/** JSON Schemas of what the lane's commands print as `data` with --json. A test holds their real output to them. */
import { Type, type TObject, type TProperties, type TSchema } from '@sinclair/typebox';

const DRAFT = 'https://json-schema.org/draft/2020-12/schema';
const text = Type.String();
const count = Type.Integer({ minimum: 0 });
const severity = oneOf('P1', 'P2', 'P3');

function closed<T extends TProperties>(properties: T): TObject<T> {
  return Type.Object(properties, { additionalProperties: false });
}
function nullable(schema: TSchema): TSchema {
  return Type.Union([schema, Type.Null()]);
}
function oneOf(...values: readonly string[]): TSchema {
  return Type.Union(values.map((value) => Type.Literal(value)));
}

const alert = {
  alert_id: text,
  kind: text,
  severity,
  source: nullable(text),
  business_date: nullable(text),
  object: nullable(text),
  message: text,
};

const files = Type.Array(
  closed({
    source: text,
    object: text,
    outcome: oneOf('accepted', 'quarantined', 'failed', 'duplicate', 'resumed', 'error'),
    load_id: nullable(text),
    records_in: count,
    staged: count,
    quarantined: count,
    codes: Type.Array(text),
  }),
);
const errors = Type.Array(closed({ step: text, object: nullable(text), code: text, message: text }));

const cycle = closed({
  run_id: text,
  now: text,
  status: oneOf('ok', 'attention', 'failed'),
  files,
  waiting: count,
  unclaimed: Type.Array(text),
  alerts_opened: Type.Array(closed(alert)),
  alerts_closed: Type.Array(text),
  alerts_open: Type.Array(closed({ alert_id: text, kind: text, severity, source: nullable(text) })),
  transform: oneOf('not_due', 'skipped', 'ok', 'failed'),
  extracts: Type.Array(text),
  delivered: Type.Array(text),
  steps: Type.Array(closed({ step: text, duration_ms: count, items: count })),
  errors,
});

/** A task that joined the run of another process; run_id is null where none offered its files. */
const joined = closed({ run_id: nullable(text), task: count, status: oneOf('ok', 'attention', 'failed'), files, errors });

const status = closed({
  date: text,
  as_of: text,
  sources: Type.Array(
    closed({
      source: text,
      status: oneOf('ON_TIME', 'LATE', 'PARTIAL', 'MISSING', 'NOT_DUE', 'NOT_EXPECTED'),
      due_at: nullable(text),
      expected_files: count,
      files: count,
      last_arrival: nullable(text),
      rows: count,
      quarantined: count,
      failed_files: count,
      duplicates: count,
    }),
  ),
  backlog: closed({ in_landing: count, control_files: count, unclaimed: count, oldest_seconds: count }),
  last_cycle: nullable(closed({ run_id: text, at: text, status: text })),
  running: nullable(closed({ holder: text, epoch: count, last_seen_seconds: count })),
  warehouse: closed({ last_build: nullable(text), status: nullable(text), pending: Type.Boolean() }),
  last_extract: nullable(
    closed({
      date: text,
      object: text,
      rows: count,
      delivered_at: nullable(text),
      receipt: oneOf('not_expected', 'awaited', 'missing', 'accepted', 'contradicts'),
    }),
  ),
  alerts: Type.Array(closed({ ...alert, opened_at: text })),
});

const audit = closed({
  runs: count,
  events: count,
  ignored_events: count,
  loads: count,
  objects: count,
  bytes: count,
  expired_objects: count,
  head: nullable(closed({ run_id: text, hash: text })),
  problems: Type.Array(closed({ where: text, problem: text, expected: nullable(text), found: nullable(text) })),
});

const rebuild = closed({
  run_id: text,
  loads: count,
  standing: count,
  rebuilt: count,
  rewritten: count,
  errors: Type.Array(closed({ step: text, object: nullable(text), code: text, message: text })),
});

const quarantine = closed({
  loads: Type.Array(
    closed({
      load_id: text,
      source: text,
      business_date: text,
      file: text,
      status: oneOf('accepted', 'quarantined', 'failed'),
      superseded: Type.Boolean(),
      records_in: count,
      quarantined: count,
      not_loaded: count,
      findings_by_code: Type.Record(text, count),
      object: nullable(text),
    }),
  ),
});

/** The schemas that docs/reference/schemas/ holds, by file name. */
export function publishedOutputs(): Readonly<Record<string, object>> {
  return {
    // One cycle; `run --from --to` prints a list of them, `run --task 1 --tasks 4` what a task did.
    'run-data.schema.json': { $schema: DRAFT, title: 'data of `markets run --json`', anyOf: [cycle, Type.Array(cycle), joined] },
    'status-data.schema.json': { $schema: DRAFT, title: 'data of `markets status --json`', ...status },
    'audit-verify-data.schema.json': { $schema: DRAFT, title: 'data of `markets audit verify --json`', ...audit },
    'rebuild-data.schema.json': { $schema: DRAFT, title: 'data of `markets rebuild --json`', ...rebuild },
    'quarantine-list-data.schema.json': { $schema: DRAFT, title: 'data of `markets quarantine list --json`', ...quarantine },
  };
}

/** JSON Schemas of what --json prints: the document around every command, and the `data` of those commands that belong to no lane. */
import { Type, type TObject, type TProperties, type TSchema } from '@sinclair/typebox';

const DRAFT = 'https://json-schema.org/draft/2020-12/schema';
const text = Type.String();
const count = Type.Integer({ minimum: 0 });
const textRow = Type.Record(text, Type.Union([text, Type.Null()]));

function closed<T extends TProperties>(properties: T): TObject<T> {
  return Type.Object(properties, { additionalProperties: false });
}
function nullable(schema: TSchema): TSchema {
  return Type.Union([schema, Type.Null()]);
}
function oneOf(...values: readonly (string | number)[]): TSchema {
  return Type.Union(values.map((value) => Type.Literal(value)));
}

const document = closed({
  command: Type.String({ description: 'The command as it was called, e.g. quarantine list' }),
  status: oneOf('ok', 'attention', 'failed', 'usage', 'internal'),
  exit_code: oneOf(0, 1, 2, 64, 70),
  data: Type.Unknown({ description: 'What the command found out; null where it ended with an error' }),
  errors: Type.Array(Type.Unknown(), {
    description: 'An error that ended the command has code, message, expected, found, next, place, retryable',
  }),
});

const doctor = closed({
  checks: Type.Array(closed({ name: text, status: oneOf('good', 'attention', 'bad'), found: text, expected: text, next: text })),
});

const retention = closed({
  kept_by: oneOf('retention', 'lifecycle'),
  outcome: nullable(
    closed({
      run_id: nullable(text),
      applied: Type.Boolean(),
      folders: Type.Array(closed({ folder: text, kept_days: count, objects: count, bytes: count })),
      unfinished: closed({ files: count, bytes: count }),
      history: closed({ kept_days: count, objects: count, bytes: count }),
      more: Type.Boolean(),
      staging_held: Type.Boolean(),
    }),
  ),
});

const findings = Type.Array(closed({ code: text, where: text, found: nullable(text), expected: nullable(text) }));
const refusedRow = closed({
  source: text,
  file: text,
  load_id: text,
  record: count,
  line: nullable(count),
  byte_offset: nullable(count),
  findings,
});
const stepError = { step: text, code: text, message: text };

const testSource = closed({
  source: text,
  kafka_topic: nullable(text),
  seed: count,
  object: text,
  bytes: count,
  status: text,
  file_codes: Type.Array(text),
  good_rows: count,
  bad_rows: Type.Array(
    closed({ record: count, intended: closed({ code: text, where: text }), line: nullable(count), findings, as_intended: Type.Boolean() }),
  ),
  staged: count,
  refused_although_good: Type.Array(refusedRow),
  model: text,
  rows: Type.Array(textRow),
  row_count: count,
  transform: text,
  errors: Type.Array(closed(stepError)),
});

const demo = closed({
  root: text,
  seconds: Type.Number({ minimum: 0 }),
  cycles: Type.Array(
    closed({
      now: text,
      title: text,
      run_id: text,
      status: oneOf('ok', 'attention', 'failed'),
      landed: Type.Array(closed({ object: text, story: text })),
      files: Type.Array(Type.Object({ source: text, object: text, outcome: text })),
      waiting: count,
      unclaimed: Type.Array(text),
      alerts_opened: Type.Array(Type.Object({ alert_id: text, kind: text, severity: text, message: text })),
      alerts_closed: Type.Array(text),
      transform: text,
      extracts: Type.Array(text),
      errors: Type.Array(closed(stepError)),
    }),
  ),
  refused: Type.Array(refusedRow),
  trades: Type.Array(textRow),
  trade_count: count,
  healed: Type.Array(closed({ source_system: text, source_trade_id: text, flag: text, flagged_at: text, healed_at: text })),
  still_flagged: Type.Array(textRow),
  extracts: Type.Array(closed({ object: text, rows: count, bytes: count, sha256: text, first_row: text })),
  trace: nullable(
    closed({
      trade_id: text,
      source_trade_id: text,
      file: text,
      archived_as: text,
      record: count,
      line: nullable(count),
      byte_offset: count,
      byte_length: count,
      raw: text,
    }),
  ),
});

const rowDifference = closed({
  kind: oneOf('only_left', 'only_right', 'changed'),
  key: textRow,
  columns: Type.Array(closed({ column: text, left: nullable(text), right: nullable(text) })),
});
const comparison = closed({
  left_rows: count,
  right_rows: count,
  only_left: count,
  only_right: count,
  changed: count,
  types: Type.Array(closed({ column: text, left: text, right: text })),
  first: Type.Array(rowDifference, { description: 'The first differences, values of classified columns masked' }),
});
const diff = closed({
  left: text,
  right: text,
  equal: Type.Boolean(),
  tables: Type.Array(
    closed({
      table: text,
      status: oneOf('equal', 'different', 'only_left', 'only_right'),
      key: Type.Array(text),
      columns_only_left: Type.Array(text),
      columns_only_right: Type.Array(text),
      rows: nullable(comparison),
    }),
  ),
});

const amount = Type.Number({ minimum: 0 });
const price = closed({ usd: amount, as_of: nullable(text), source: text });
const cost = closed({
  currency: text,
  region: text,
  volumes: Type.Array(
    closed({ source: text, files: amount, rows: amount, file_bytes: amount, table_bytes: amount, message_bytes: amount }),
  ),
  lines: Type.Array(closed({ item: text, quantity: amount, unit: text, price: text, usd: amount })),
  usd: amount,
  measured: nullable(
    closed({
      runs: count,
      bytes_processed: count,
      bytes_billed: count,
      models: Type.Array(closed({ name: text, bytes_billed: count })),
    }),
  ),
  prices: Type.Record(text, price),
  assumptions: Type.Record(text, amount),
});

/** The schemas that docs/reference/schemas/ holds, by file name. */
export function publishedCommandOutputs(): Readonly<Record<string, object>> {
  return {
    'command-output.schema.json': { $schema: DRAFT, title: 'The document that --json prints', ...document },
    'retention-data.schema.json': { $schema: DRAFT, title: 'data of markets retention --json', ...retention },
    'doctor-data.schema.json': { $schema: DRAFT, title: 'data of markets doctor --json', ...doctor },
    'test-source-data.schema.json': { $schema: DRAFT, title: 'data of markets test-source --json', ...testSource },
    'diff-data.schema.json': { $schema: DRAFT, title: 'data of markets diff --json', ...diff },
    'cost-data.schema.json': { $schema: DRAFT, title: 'data of markets cost --json', ...cost },
    'demo-data.schema.json': { $schema: DRAFT, title: 'data of markets demo --json', ...demo },
  };
}

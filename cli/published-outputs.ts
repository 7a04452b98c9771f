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

/** The schemas that docs/reference/schemas/ holds, by file name. */
export function publishedCommandOutputs(): Readonly<Record<string, object>> {
  return {
    'command-output.schema.json': { $schema: DRAFT, title: 'The document that --json prints', ...document },
    'doctor-data.schema.json': { $schema: DRAFT, title: 'data of markets doctor --json', ...doctor },
    'test-source-data.schema.json': { $schema: DRAFT, title: 'data of markets test-source --json', ...testSource },
    'demo-data.schema.json': { $schema: DRAFT, title: 'data of markets demo --json', ...demo },
  };
}

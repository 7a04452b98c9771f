/**
 * The published JSON Schemas of report.json and of a line of quarantine.jsonl. The types of report.ts are what the code
 * uses; the compiler holds both to each other.
 */
import { Type, type Static, type TProperties, type TSchema } from '@sinclair/typebox';
import { FINDINGS, type FindingCode } from '../findings/catalogue.ts';
import type { QuarantineRecord, Report } from '../report.ts';

const CODES = Object.keys(FINDINGS) as FindingCode[];

function object<T extends TProperties>(properties: T, description?: string) {
  return Type.Object(properties, { additionalProperties: false, ...(description === undefined ? {} : { description }) });
}
const text = (description: string) => Type.String({ description });
const textOrNull = (description: string) => Type.Union([Type.String(), Type.Null()], { description });
const count = (description: string) => Type.Integer({ minimum: 0, description });
const hex = (digits: number, description: string) => Type.String({ pattern: `^[0-9a-f]{${digits}}$`, description });
const moment = (description: string) => Type.String({ pattern: String.raw`^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z$`, description });
const findingCode = Type.Unsafe<FindingCode>({ type: 'string', enum: CODES, description: 'Stable code; see findings.md' });

const FINDING = {
  code: findingCode,
  column: textOrNull('Column of the spec; null for the whole record or file'),
  rule: textOrNull("The rule's own code, or its text; null where no rule of the spec is behind it"),
  found: textOrNull('The value as it stands in the file, cut to 200 characters'),
  expected: textOrNull('What would have been accepted'),
  message: text('The finding in one clause'),
};

const QUARANTINE_RECORD = {
  load_id: hex(32, 'The load that refused the record'),
  file: text('Landing name of the file'),
  record: Type.Integer({ minimum: 1, description: 'Number of the record in the file, refused ones counted too' }),
  line: Type.Union([Type.Integer({ minimum: 1 }), Type.Null()], {
    description: 'Physical line where the record starts, 1-based; null for formats without lines',
  }),
  byte_offset: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()], {
    description: 'First byte of the record in the decompressed file',
  }),
  byte_length: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()], { description: 'Without the line end' }),
  raw: Type.Optional(text('The bytes of the record where they are valid UTF-8')),
  raw_base64: Type.Optional(text('The bytes of the record elsewhere')),
  findings: Type.Array(object(FINDING), { minItems: 1, description: 'Everything that is wrong with the record' }),
  at: moment('When the run began'),
};

const quarantineRecord = object(QUARANTINE_RECORD);

const reportedRecord = object({
  ...QUARANTINE_RECORD,
  raw_cut: Type.Optional(Type.Literal(true, { description: 'Only the first bytes are shown; quarantine.jsonl holds them all' })),
});

const comparison = { expected: text('As stated'), found: text('As counted'), matches: Type.Boolean() };

const control = object({
  file: textOrNull('Landing name of the control file; null where header or trailer state it'),
  row_count: Type.Union([object(comparison), Type.Null()]),
  checksum: Type.Union([
    object({
      algorithm: Type.Union([Type.Literal('md5'), Type.Literal('sha256'), Type.Literal('crc32c')]),
      expected: text('As stated'),
      found: text('Of the bytes'),
      over: Type.Union([Type.Literal('delivered'), Type.Literal('decompressed'), Type.Null()], {
        description: 'Which bytes matched',
      }),
      matches: Type.Boolean(),
    }),
    Type.Null(),
  ]),
  totals: Type.Array(object({ column: text('Column of the spec'), ...comparison })),
});

const conservation = object(
  {
    holds: Type.Boolean({ description: 'Every byte of the file is in exactly one span that was written out' }),
    fault: textOrNull('What is wrong and at which byte'),
    bytes_staged: count('Bytes of staged records'),
    bytes_quarantined: count('Bytes of refused records'),
    bytes_of_non_records: Type.Record(Type.String(), count('Bytes'), { description: 'By kind: bom, header, separator, ...' }),
    bytes_not_loaded: count('Bytes of good records of a failed file'),
    tokenizer_records: Type.Union([count('Records'), Type.Null()], {
      description: 'Records that the separate tokenizer counted; null where it does not apply',
    }),
  },
  'The proof that no byte was lost or counted twice',
);

const report = object({
  source: text('Name of the spec'),
  file: text('Landing name of the file'),
  load_id: hex(32, 'Names this load of this file'),
  version: Type.Integer({ minimum: 1, description: '1, or n+1 for a resupply of the same name' }),
  sha256: hex(64, 'Of the delivered bytes'),
  md5: Type.Union([hex(32, 'Of the delivered bytes'), Type.Null()]),
  crc32c: Type.Union([hex(8, 'Of the delivered bytes'), Type.Null()]),
  bytes: count('Size as delivered'),
  decompressed_bytes: count('Size after decompression: what offsets count in'),
  status: Type.Union([Type.Literal('accepted'), Type.Literal('quarantined'), Type.Literal('failed')]),
  records_in: count('staged + quarantined + not_loaded'),
  staged: count('Records in valid.parquet'),
  quarantined: count('Records in quarantine.jsonl'),
  not_loaded: count('Good records of a failed file, held back'),
  warnings: count('Warnings of rules'),
  duplicate_in_file: count('Records refused for a key that an earlier record has'),
  findings_by_code: Type.Unsafe<Report['findings_by_code']>({
    type: 'object',
    propertyNames: { enum: CODES },
    additionalProperties: { type: 'integer', minimum: 1 },
  }),
  warnings_by_rule: Type.Record(Type.String(), Type.Integer({ minimum: 1 })),
  file_findings: Type.Array(object({ ...FINDING, severity: Type.Union([Type.Literal('error'), Type.Literal('warning')]) })),
  control: Type.Union([control, Type.Null()]),
  conservation,
  first_bad_records: Type.Array(reportedRecord, { description: 'The first refused records, as in quarantine.jsonl, long ones cut' }),
  spec_version: hex(64, 'sha256 of the spec file'),
  engine_version: text('Version of the engine'),
  now: moment('When the run began'),
  duration_ms: Type.Number({ minimum: 0, description: 'The only value that differs between two runs with one --now' }),
});

type Plain<T> = T extends readonly (infer E)[] ? Plain<E>[] : T extends object ? { -readonly [K in keyof T]: Plain<T[K]> } : T;
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? unknown : never) : never;

/** Gives back the schema; does not compile where the schema and the type T of report.ts differ. */
function schemaOf<T>() {
  return <S extends TSchema>(schema: S & Same<Plain<Static<S>>, Plain<T>>): S => schema;
}

const DRAFT = 'https://json-schema.org/draft/2020-12/schema';

/** The schemas that docs/reference/schemas/ holds, by file name. Each describes one document (a line, for the quarantine). */
export function publishedSchemas(): Readonly<Record<string, object>> {
  return {
    'quarantine-record.schema.json': {
      $schema: DRAFT,
      title: 'A line of quarantine.jsonl',
      ...schemaOf<QuarantineRecord>()(quarantineRecord),
    },
    'report.schema.json': { $schema: DRAFT, title: 'report.json', ...schemaOf<Report>()(report) },
  };
}

/**
 * The YAML of a source spec as its authors write it: one definition that is the TypeScript type, the published JSON
 * Schema (docs/reference/schemas/) and, compiled ahead by `markets generate`, the check at the edge. Programs import its
 * types only; building the schema costs time at start that only `generate` should pay.
 */
import { Type, type Static } from '@sinclair/typebox';
import { choice, count, flag, optionalKeys, scalar, text, textOrNull } from './model-forms.ts';
import { QualityModel, StreamModel } from './stream-model.ts';

const SourceModel = Type.Object(
  {
    type: Type.Optional(choice('Where the data comes from; file by default', 'file', 'stream', 'api')),
    path_pattern: Type.Optional(
      text('Of files, which must have it: glob below landing/, e.g. murex/trades_*.xml; may capture {business_date:%Y%m%d}'),
    ),
    format: Type.Optional(
      choice(
        'Told by the extension of path_pattern when absent; json for a stream',
        'csv',
        'json',
        'jsonl',
        'xml',
        'parquet',
        'fix',
        'fixed_width',
      ),
    ),
    encoding: Type.Optional(text('Character set: utf-8 (default), utf-16, utf-16le, utf-16be, latin-1, windows-1252')),
    timezone: Type.Optional(text('IANA zone of arrival dates and of a business date’s midnight; UTC by default')),
    delimiter: Type.Optional(text('CSV: one character; comma by default, tab for .tsv')),
    quote: Type.Optional(textOrNull('CSV: one character, or null for none; " by default')),
    escape: Type.Optional(textOrNull('CSV: the character before a quote within quotes; the quote itself by default')),
    has_header: Type.Optional(
      flag(
        'CSV: whether the first record names the columns; true by default, false for a stream. Fixed width: whether a first line is passed over; false by default',
      ),
    ),
    skip_rows: Type.Optional(count('CSV, fixed width: lines before the header or the first record that are skipped')),
    comment: Type.Optional(textOrNull('CSV, fixed width: lines that begin with this character are skipped')),
    null_values: Type.Optional(Type.Array(scalar('A text'), { description: 'Texts that stand for NULL, quoted or not' })),
    decimal_separator: Type.Optional(choice('Decimal mark of numbers; a point by default', '.', ',')),
    ignore_columns: Type.Optional(
      Type.Array(Type.Union([Type.String(), Type.Integer({ minimum: 1 })]), {
        description: 'CSV: columns that are known and not loaded, by header or by position from 1. FIX: tags. Parquet: names',
      }),
    ),
    root_element: Type.Optional(text('XML: the document element')),
    row_element: Type.Optional(text('XML: the element of one record')),
    xml_config: Type.Optional(
      optionalKeys('XML: how documents are laid out', {
        root_element: text('The document element'),
        row_element: text('The element of one record'),
        namespaces: Type.Record(Type.String(), Type.String(), { description: 'Prefix -> URI' }),
        flatten_nested: flag('Whether nested elements become columns parent_child'),
        streaming_threshold_mb: count('Accepted and without effect: every file is streamed'),
      }),
    ),
    records: Type.Optional(text('JSON: pointer or path to the array of records')),
    separator: Type.Optional(choice('FIX: what stands between fields; told by the first message when absent', 'SOH', '|')),
    message_types: Type.Optional(
      Type.Array(Type.String(), {
        description: 'FIX: MsgType (35) of the messages that are records, the others are passed over; all by default',
        minItems: 1,
      }),
    ),
    record_width: Type.Optional(count('Fixed width: characters of a line; by default the last column ends it', 1)),
  },
  { additionalProperties: false, description: 'Where files arrive, or that messages do, and how they are written' },
);

const ColumnModel = Type.Object(
  {
    name: text('Name in every table; letters, digits and _', '^[A-Za-z][A-Za-z0-9_]*$'),
    description: Type.Optional(text('What it means')),
    type: text('STRING, INT64, NUMERIC, NUMERIC(p,s), BIGNUMERIC, FLOAT64, BOOL, DATE, TIME, DATETIME, TIMESTAMP, JSON, BYTES'),
    mode: Type.Optional(choice('NULLABLE (default), REQUIRED (as nullable: false) or REPEATED', 'NULLABLE', 'REQUIRED', 'REPEATED')),
    nullable: Type.Optional(
      flag(
        'Whether it may be empty; true by default, false for what processing.identity reads and for the key, time and sequence of a stream',
      ),
    ),
    xpath: Type.Optional(text('XML: path from the row element')),
    path: Type.Optional(text('CSV: text of the header where it is not the name. JSON, Parquet: path from the record')),
    position: Type.Optional(count('CSV: position from 1. Fixed width: first character from 1', 1)),
    width: Type.Optional(count('Fixed width: number of characters', 1)),
    tag: Type.Optional(count('FIX: tag number; of a count of groups (453, 555, ...) with type JSON: the groups', 1)),
    format: Type.Optional(
      text('Dates and times: ISO8601 (default; for FIX its own forms), a strptime format, epoch_s, epoch_ms, epoch_us, epoch_ns'),
    ),
    timezone: Type.Optional(text('IANA zone of a local time without offset; UTC by default')),
    precision: Type.Optional(choice('us (default), or ns, which adds a column <name>_nanos', 'us', 'ns')),
    default: Type.Optional(scalar('Takes the place of NULL')),
    allowed_values: Type.Optional(Type.Array(scalar('A value'), { description: 'The only values there are', minItems: 1 })),
    pattern: Type.Optional(text('Regular expression that must match the whole text')),
    min_value: Type.Optional(scalar('Least value')),
    max_value: Type.Optional(scalar('Greatest value')),
    max_length: Type.Optional(count('Most characters', 1)),
    unique: Type.Optional(flag('Whether a value may come once in a file only')),
    check: Type.Optional(choice('Check of an identifier', 'lei', 'isin', 'mic', 'currency', 'cfi', 'figi')),
    classification: Type.Optional(choice('Masked on the terminal and in reports', 'pii', 'confidential')),
    unit: Type.Optional(text('Unit of measure, for the documentation')),
  },
  { additionalProperties: false },
);

const ControlFileModel = Type.Object(
  {
    type: choice('Where control totals stand', 'sidecar_xml', 'sidecar_csv', 'sidecar_json', 'properties', 'trailer', 'header'),
    pattern: Type.Optional(text('Name of the control file; {filename} is the data file’s name without compression and format extension')),
    xpath_row_count: Type.Optional(text('XML: where the number of records stands')),
    xpath_checksum: Type.Optional(text('XML: where the checksum stands')),
    xpath_business_date: Type.Optional(text('XML: where the business date stands')),
    row_count_field: Type.Optional(text('Column, member or key of the number of records; characters 2-10 of a fixed-width record')),
    checksum_field: Type.Optional(text('Column, member or key of the checksum')),
    business_date_field: Type.Optional(text('Column, member or key of the business date')),
    checksum_algorithm: Type.Optional(choice('Told by the length when absent', 'md5', 'sha256', 'crc32c')),
    totals: Type.Optional(Type.Record(Type.String(), Type.String(), { description: 'Column -> field or xpath of its total' })),
    required: Type.Optional(flag('Whether a file without it fails; true by default')),
    wait_minutes: Type.Optional(count('How long it is waited for; 60 by default')),
  },
  { additionalProperties: false, description: 'What the sender says about the file' },
);

const ExpectationsModel = optionalKeys('What is expected to arrive, and when', {
  frequency: choice('How often', 'hourly', 'daily', 'weekly', 'monthly', 'intraday'),
  expected_by: Type.Union(
    [Type.String(), Type.Object({ time: Type.String(), timezone: Type.Optional(Type.String()) }, { additionalProperties: false })],
    { description: 'Wall time by which a business date is due: "06:00", "06:00 UTC", "08:00 Europe/Paris"' },
  ),
  calendar: text('weekdays (default), every_day, or the MIC of an exchange'),
  min_files_per_day: count('Fewer is MISSING or PARTIAL; 1 by default'),
  max_files_per_day: count('More is reported', 1),
  typical_row_count: optionalKeys('Usual number of records of a file', { min: count('Least'), max: count('Most') }),
  max_file_size_mb: count('A larger file fails', 1),
  volume_anomaly: Type.Number({ description: 'z-score above which a volume is reported', exclusiveMinimum: 0 }),
});

const RuleModel = Type.Object(
  {
    rule: text('The rule; docs/reference/expressions.md'),
    severity: Type.Optional(choice('error (default) refuses the record or file, warning only counts', 'error', 'warning')),
    code: Type.Optional(text('The rule’s own code, shown in findings', '^[A-Z][A-Z0-9_]*$')),
    description: Type.Optional(text('What it is for')),
  },
  { additionalProperties: false },
);

const ValidationModel = optionalKeys('Rules of records and files', {
  row_level: Type.Array(RuleModel, { description: 'Conditions over the columns of a record' }),
  file_level: Type.Array(RuleModel, { description: 'Conditions over the whole file' }),
  max_bad_rows: count('More bad records fail the file'),
  max_bad_ratio: Type.Number({ description: 'A greater share of bad records fails the file', minimum: 0, maximum: 1 }),
});

const ProcessingModel = optionalKeys('What becomes of accepted records', {
  identity: Type.Object(
    {
      domain: text('First part of trade_id', '^[A-Za-z0-9_]+$'),
      source_system: text('Second part of trade_id', '^[A-Za-z0-9_]+$'),
      source_id_field: text('Column, or expression over columns, of the identity within the source'),
    },
    { additionalProperties: false, description: 'Makes the records trades with a trade_id' },
  ),
  deduplication: optionalKeys('Which record of a key stands', {
    key: Type.Union([Type.String(), Type.Array(Type.String(), { minItems: 1 })], { description: 'Columns of the key' }),
    strategy: choice('Which record stands', 'latest_version', 'latest_arrival', 'first_arrival', 'none'),
    version_field: text('Column of the version'),
  }),
  resupply: choice('What a file that comes again does to its earlier version; replace by default', 'replace', 'append'),
  delivery: choice('Reference data: whether a file holds everything (full) or changes (delta, default)', 'full', 'delta'),
  partition_field: text('Column that partitions the raw table'),
  cluster_fields: Type.Array(Type.String(), { description: 'Columns that cluster the raw table' }),
});

const CanonicalModel = optionalKeys('Which canonical columns the columns are', {
  entity: choice(
    'What the records are; trades where there is processing.identity, else none',
    'trades',
    'orders',
    'executions',
    'quotes',
    'prices',
    'traders',
    'counterparties',
    'books',
    'instruments',
    'none',
  ),
  map: Type.Record(Type.String(), scalar('Column, constant or expression'), {
    description: 'Canonical column -> column, constant or expression',
  }),
});

const Loose = (description: string) => Type.Record(Type.String(), Type.Unknown(), { description });

const TestModel = Type.Object(
  {
    name: Type.Optional(text('What it shows')),
    given: Type.Union(
      [
        Type.Record(Type.String(), scalar('Text as in the file')),
        Type.Array(Type.Record(Type.String(), scalar('Text as in the file')), { minItems: 1 }),
      ],
      { description: 'One record, or several of which each must come out so: column -> text as in the file' },
    ),
    expect: Type.Union([Type.Literal('accepted'), Type.Array(Type.String(), { minItems: 1 })], {
      description: 'accepted, or the codes that must fail (codes of findings or of rules)',
    }),
  },
  { additionalProperties: false },
);

export const SourceSpecModel = Type.Object(
  {
    name: text('snake_case, unique, the name of the file', '^[a-z][a-z0-9_]*$'),
    version: Type.Optional(count('Version of the contract; 1 by default', 1)),
    enabled: Type.Optional(flag('false takes the source out of the run')),
    description: text('What the data is'),
    owner: text('E-mail of the owner', '^[^@ ]+@[^@ ]+$'),
    domain: text('Business domain, e.g. markets', '^[A-Za-z0-9_]+$'),
    source: SourceModel,
    schema: Type.Array(ColumnModel, { minItems: 1, description: 'The columns, in the order of the tables' }),
    schema_drift: Type.Optional(
      choice(
        'What an unknown, missing or moved column does: fail the file (default), keep it in _extra, drop it',
        'freeze',
        'evolve',
        'discard',
      ),
    ),
    control_file: Type.Optional(ControlFileModel),
    expectations: Type.Optional(ExpectationsModel),
    validation: Type.Optional(ValidationModel),
    processing: Type.Optional(ProcessingModel),
    canonical: Type.Optional(CanonicalModel),
    quality: Type.Optional(QualityModel),
    stream: Type.Optional(StreamModel),
    api: Type.Optional(Loose('Calls of an API')),
    tests: Type.Optional(Type.Array(TestModel, { description: 'Small examples that `markets validate-specs` runs' })),
  },
  { additionalProperties: false, $id: 'https://markets-pipeline/source-spec.schema.json', title: 'Source spec' },
);

export type SourceSpecDocument = Static<typeof SourceSpecModel>;
export type ColumnDocument = Static<typeof ColumnModel>;
export type RuleDocument = Static<typeof RuleModel>;

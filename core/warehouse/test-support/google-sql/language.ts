/** What of GoogleSQL BigQuery has: the reference implementation knows more, and a statement that uses more must be refused here. */

/** Numbers of zetasql.LanguageFeature that the server's maximum holds and BigQuery lacks, or that this project never uses. */
const NOT_IN_BIGQUERY: ReadonlySet<number> = new Set([
  5, // TIMESTAMP_NANOS: BigQuery's timestamps have microseconds
  11006, // ARRAY_EQUALITY
  13004, // ARRAY_ORDERING
  13015, // UNNEST_AND_FLATTEN_ARRAYS
  13021, // WITH_GROUP_ROWS
  13024, // INLINE_LAMBDA_ARGUMENT
  13040, // ALLOW_SLASH_PATHS
  13041, // TYPEOF_FUNCTION
  13044, // ARRAY_GREATEST_LEAST
  14005, // ARRAY_AGGREGATION_FUNCTIONS
  14006, // ARRAY_FIND_FUNCTIONS
  14007, // SAFE_FUNCTION_CALL_WITH_LAMBDA_ARGS
  14018, // CORRESPONDING
  14027, // FIRST_AND_LAST_N
  14028, // NULLIFZERO_ZEROIFNULL
  14029, // PI_FUNCTIONS
]);
/** In BigQuery, and not in the server's maximum. */
const MORE_IN_BIGQUERY: readonly number[] = [
  49, // INTERVAL_TYPE
  62, // ALTER_COLUMN_SET_DATA_TYPE
  14020, // GROUPING_BUILTIN
  14021, // GROUPING_SETS
];

/** zetasql.TypeKind by the names that GoogleSQL prints. */
export const TYPE_KINDS: Readonly<Record<string, number>> = {
  INT64: 2,
  BOOL: 5,
  FLOAT64: 7,
  STRING: 8,
  BYTES: 9,
  DATE: 10,
  ARRAY: 16,
  STRUCT: 17,
  TIMESTAMP: 19,
  TIME: 20,
  DATETIME: 21,
  GEOGRAPHY: 22,
  NUMERIC: 23,
  BIGNUMERIC: 24,
  JSON: 26,
  INTERVAL: 27,
};

/** Options of tables, views and columns in CREATE and ALTER, as BigQuery documents them; any other is refused. */
const OPTIONS: Readonly<Record<string, string>> = {
  description: 'STRING',
  friendly_name: 'STRING',
  labels: 'ARRAY<STRUCT<STRING, STRING>>',
  expiration_timestamp: 'TIMESTAMP',
  partition_expiration_days: 'FLOAT64',
  require_partition_filter: 'BOOL',
  kms_key_name: 'STRING',
  default_rounding_mode: 'STRING',
  rounding_mode: 'STRING',
  max_staleness: 'INTERVAL',
  enable_refresh: 'BOOL',
  refresh_interval_minutes: 'FLOAT64',
  location: 'STRING',
  default_table_expiration_days: 'FLOAT64',
  default_partition_expiration_days: 'FLOAT64',
};

export interface LanguageOptions {
  readonly enabledLanguageFeatures: readonly number[];
}

/** BigQuery's part of what the server can do; every kind of statement. */
export function bigQueryLanguage(maximum: LanguageOptions): object {
  const features = maximum.enabledLanguageFeatures.filter((feature) => !NOT_IN_BIGQUERY.has(feature));
  return {
    ...maximum,
    nameResolutionMode: 'NAME_RESOLUTION_DEFAULT',
    productMode: 'PRODUCT_EXTERNAL',
    enabledLanguageFeatures: [...features, ...MORE_IN_BIGQUERY],
    supportedStatementKinds: [],
  };
}

export function analyzerOptions(language: object, typeOf: (text: string) => object): object {
  return {
    languageOptions: language,
    errorMessageMode: 'ERROR_MESSAGE_ONE_LINE',
    defaultTimezone: 'UTC',
    ddlPseudoColumns: [
      { name: '_PARTITIONDATE', type: typeOf('DATE') },
      { name: '_PARTITIONTIME', type: typeOf('TIMESTAMP') },
    ],
    allowedHintsAndOptions: {
      disallowUnknownOptions: true,
      disallowDuplicateOptionNames: true,
      option: Object.entries(OPTIONS).map(([name, type]) => ({ name, type: typeOf(type) })),
    },
  };
}

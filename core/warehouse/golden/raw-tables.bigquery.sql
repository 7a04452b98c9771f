create table if not exists `bank.int_raw.murex_trades` (
  `s` STRING options (description = 'It\'s a \\ back\tslash, `tick` and {{ brace }} Classified: pii.'),
  `i` INT64 options (description = 'Unit: shares.'),
  `numeric` NUMERIC(38, 9),
  `price` NUMERIC(18, 4),
  `whole` BIGNUMERIC(38, 0),
  `bignumeric` BIGNUMERIC(38, 18),
  `fine` BIGNUMERIC(20, 20),
  `f` FLOAT64,
  `b` BOOL,
  `d` DATE,
  `h` TIME,
  `u` DATETIME,
  `u_nanos` INT64 options (description = 'Nanoseconds of u below its microsecond.'),
  `z` TIMESTAMP,
  `j` STRING,
  `x` BYTES,
  `trade_id` STRING,
  `exec_time` TIMESTAMP,
  `side` STRING,
  `qty` INT64,
  `px` NUMERIC(38, 9),
  `symbol` STRING,
  `counterparty` STRING,
  `_load_id` STRING options (description = 'The load that brought the row.'),
  `_file` STRING options (description = 'Landing name of the file.'),
  `_record` INT64 options (description = 'Number of the record in the file, from 1, refused ones counted too.'),
  `_line` INT64 options (description = 'Line of the file where the record starts, from 1; NULL for formats without lines.'),
  `_byte_offset` INT64 options (description = 'Place of the record in the decompressed file.'),
  `_byte_length` INT64 options (description = 'Bytes of the record without its line end.'),
  `_row_hash` INT64 options (description = 'XXH32 of the record\'s bytes with two seeds.'),
  `_extra` STRING options (description = 'JSON of what the schema does not know (schema_drift: evolve).'),
  `_warnings` STRING options (description = 'JSON list of the warnings of the row.')
)
partition by _PARTITIONDATE
cluster by `_load_id`
options (partition_expiration_days = 30, require_partition_filter = true, description = 'Trades of the Murex front office');

create table if not exists `bank.int_raw._events` (
  `event_id` STRING,
  `type` STRING,
  `at` TIMESTAMP options (description = 'When it happened.'),
  `run_id` STRING,
  `writer` STRING options (description = 'The process whose chain it is part of.'),
  `seq` INT64 options (description = 'Its number in the chain.'),
  `load_id` STRING,
  `source` STRING,
  `data` STRING options (description = 'JSON of its fields.'),
  `prev_hash` STRING options (description = 'Hash of the event before it in the chain.'),
  `hash` STRING,
  `segment` STRING options (description = 'Object below the root that holds it.')
)
partition by _PARTITIONDATE
cluster by `type`, `load_id`
options (description = 'The chain of events, as the lane wrote it; an event may stand here twice.');

create table if not exists `bank.int_raw._quarantine` (
  `input` STRING options (description = 'Load and attempt, joined by a colon: what one load job brought.'),
  `load_id` STRING,
  `attempt` INT64 options (description = 'Number of the attempt at the load that wrote the object.'),
  `quarantine` STRING options (description = 'Object below the root that holds the records.'),
  `file` STRING options (description = 'Landing name of the file.'),
  `record` INT64 options (description = 'Number of the record in the file, from 1.'),
  `line` INT64 options (description = 'Line of the file where it starts, from 1.'),
  `byte_offset` INT64 options (description = 'Its place in the decompressed file.'),
  `byte_length` INT64 options (description = 'Its bytes.'),
  `findings` STRING options (description = 'JSON list of code, column, rule and what was expected.')
)
partition by _PARTITIONDATE
cluster by `load_id`, `input`
options (description = 'Records in quarantine, without their bytes and values.');

create table if not exists `bank.int_raw._live_findings` (
  `source_name` STRING,
  `check_name` STRING,
  `column_name` STRING,
  `kafka_topic` STRING,
  `kafka_partition` INT64,
  `kafka_offset` INT64,
  `event_time` TIMESTAMP,
  `instrument_id` STRING,
  `measure` BIGNUMERIC(38, 18),
  `threshold` BIGNUMERIC(38, 18),
  `severity` STRING,
  `arrived_at` TIMESTAMP
)
partition by _PARTITIONDATE
cluster by `source_name`, `check_name`
options (description = 'What the live checks of market data found; a finding may stand here twice.');

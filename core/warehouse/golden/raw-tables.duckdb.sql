create table if not exists "raw"."murex_trades" (
  "s" VARCHAR,
  "i" BIGINT,
  "numeric" DECIMAL(38, 9),
  "price" DECIMAL(18, 4),
  "whole" DECIMAL(38, 0),
  "bignumeric" DECIMAL(38, 18),
  "fine" DECIMAL(20, 20),
  "f" DOUBLE,
  "b" BOOLEAN,
  "d" DATE,
  "h" TIME,
  "u" TIMESTAMP,
  "u_nanos" BIGINT,
  "z" TIMESTAMP WITH TIME ZONE,
  "j" JSON,
  "x" BLOB,
  "trade_id" VARCHAR,
  "exec_time" TIMESTAMP WITH TIME ZONE,
  "side" VARCHAR,
  "qty" BIGINT,
  "px" DECIMAL(38, 9),
  "symbol" VARCHAR,
  "counterparty" VARCHAR,
  "_load_id" VARCHAR,
  "_file" VARCHAR,
  "_record" BIGINT,
  "_line" BIGINT,
  "_byte_offset" BIGINT,
  "_byte_length" BIGINT,
  "_row_hash" BIGINT,
  "_extra" VARCHAR,
  "_warnings" VARCHAR
);

create table if not exists "raw"."_events" (
  "event_id" VARCHAR,
  "type" VARCHAR,
  "at" TIMESTAMP WITH TIME ZONE,
  "run_id" VARCHAR,
  "writer" VARCHAR,
  "seq" BIGINT,
  "load_id" VARCHAR,
  "source" VARCHAR,
  "data" VARCHAR,
  "prev_hash" VARCHAR,
  "hash" VARCHAR,
  "segment" VARCHAR
);

create table if not exists "raw"."_quarantine" (
  "input" VARCHAR,
  "load_id" VARCHAR,
  "attempt" BIGINT,
  "quarantine" VARCHAR,
  "file" VARCHAR,
  "record" BIGINT,
  "line" BIGINT,
  "byte_offset" BIGINT,
  "byte_length" BIGINT,
  "findings" VARCHAR
);

create table if not exists "raw"."_live_findings" (
  "source_name" VARCHAR,
  "check_name" VARCHAR,
  "column_name" VARCHAR,
  "kafka_topic" VARCHAR,
  "kafka_partition" BIGINT,
  "kafka_offset" BIGINT,
  "event_time" TIMESTAMP WITH TIME ZONE,
  "instrument_id" VARCHAR,
  "measure" DECIMAL(38, 18),
  "threshold" DECIMAL(38, 18),
  "severity" VARCHAR,
  "arrived_at" TIMESTAMP WITH TIME ZONE
);

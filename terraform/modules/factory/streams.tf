# A stream's way into the warehouse: topic -> BigQuery subscription -> envelope table, with dead letters on the same way.

locals {
  streams = { for name, source in local.stream_sources : name => {
    kafka_topic       = try(source.stream.kafka_topic, null)
    topic             = try(source.stream.pubsub_topic, "stream-${replace(name, "_", "-")}")
    dead_letter_topic = try(source.stream.dead_letter_topic, "${try(source.stream.pubsub_topic, "stream-${replace(name, "_", "-")}")}-dead-letter")
  } }

  # Entities that candles are made of (streaming/candles).
  candle_streams = { for name, stream in local.streams : name => stream if contains(["trades", "prices"], coalesce(local.source[name].entity, "-")) }

  # What the bridge publishes (core/stream/envelope.ts): a member a column, every value but BOOL as text, NULL left out. A protobuf schema, because the
  # JSON of an Avro union would name the type beside each value. A column's number is its place, so new columns go to the end.
  schemas = { for name in keys(local.streams) : name => {
    name = "${name}_record"
    definition = join("\n", concat(
      ["syntax = \"proto3\";", "message Record {"],
      flatten([for index, column in local.source[name].columns : concat(
        ["  ${column.is_repeated ? "repeated" : "optional"} ${column.type == "BOOL" ? "bool" : "string"} ${column.name} = ${2 * index + 1};"],
        column.has_nanos ? ["  ${column.is_repeated ? "repeated" : "optional"} string ${column.name}_nanos = ${2 * index + 2};"] : [],
      )]),
      ["  optional string _extra = 100001;", "  optional string _warnings = 100002;", "}", ""],
    ))
  } }

  # Fixed for every source and written by Pub/Sub itself (write_metadata); data is BYTES because a message need not be UTF-8.
  envelope_columns = [
    { name = "subscription_name", type = "STRING", mode = "NULLABLE", description = "The subscription that wrote the row" },
    { name = "message_id", type = "STRING", mode = "NULLABLE", description = "Pub/Sub's identity of the message; a redelivery has the same one" },
    { name = "publish_time", type = "TIMESTAMP", mode = "NULLABLE", description = "When Pub/Sub accepted the message, UTC" },
    { name = "data", type = "BYTES", mode = "NULLABLE", description = "The message as it was read from Kafka" },
    { name = "attributes", type = "JSON", mode = "NULLABLE", description = "Kafka topic, partition, offset and timestamp; reason of a dead letter" },
  ]

  envelope_tables = merge(local.candle_tables, merge([for name in keys(local.streams) : {
    "${name}_stream_messages" = {
      layer          = "raw"
      source         = name
      description    = "Messages of ${name} as they came, one row a delivery"
      retention_days = 30
    }
    "${name}_stream_dead_letters" = {
      layer          = "raw"
      source         = name
      description    = "Messages of ${name} that were refused, with the reason in attributes"
      retention_days = 365
    }
  }]...))

  candle_tables = { for name in keys(local.candle_streams) : "${name}_stream_candles" => {
    layer          = "raw"
    source         = name
    description    = "Live candles of ${name} as they were told, one row a revision"
    retention_days = 30
  } }

  lane_topics = {
    (local.landing_topic) = {
      description    = "Objects created in the landing bucket"
      source         = null
      is_dead_letter = false
    }
    "${local.landing_topic}-dead-letter" = {
      description    = "Landing notifications that the lane could not act on"
      source         = null
      is_dead_letter = true
    }
  }
  landing_topic = "markets-landing"

  # What the reporter is given by push. Its dead letters are not those of the stream: each is a trade that may owe a report.
  reported_streams = { for name, stream in local.streams : name => stream if contains(var.reported_sources, name) }
  reporter_topics = { for name, stream in local.reported_streams : "${stream.topic}-reporter-dead-letter" => {
    description = "Events of ${name} that the reporter did not take", source = name, is_dead_letter = true
  } }

  topics = merge(local.lane_topics, merge([for name, stream in local.streams : {
    (stream.topic)             = { description = "Messages of ${name}", source = name, is_dead_letter = false, has_schema = true }
    (stream.dead_letter_topic) = { description = "Refused messages of ${name}", source = name, is_dead_letter = true }
    }]...), {
    for name, stream in local.candle_streams : "${stream.topic}-candles" => { description = "Candles of ${name}, as they form", source = name, is_dead_letter = false }
  }, local.reporter_topics)

  subscriptions = merge(
    {
      "${local.landing_topic}-lane" = merge(local.pull_subscription, {
        topic                = local.landing_topic
        ack_deadline_seconds = 600
        dead_letter_topic    = "${local.landing_topic}-dead-letter"
      })
      "${local.landing_topic}-dead-letter-kept" = merge(local.pull_subscription, { topic = "${local.landing_topic}-dead-letter" })
    },
    merge([for name, stream in local.reported_streams : {
      # A deadline may be a minute away, so the first try again comes at once; a hundred of them outlast an hour and a half without any reporter.
      "${stream.topic}-reporter" = merge(local.pull_subscription, {
        kind                  = "push"
        topic                 = stream.topic
        source                = name
        push_service          = "reporter"
        push_path             = "/push?source=${name}"
        dead_letter_topic     = "${stream.topic}-reporter-dead-letter"
        max_delivery_attempts = 100
        backoff_min_seconds   = 1
        backoff_max_seconds   = 60
      })
      "${stream.topic}-reporter-dead-letter-kept" = merge(local.pull_subscription, {
        topic          = "${stream.topic}-reporter-dead-letter"
        source         = name
        retention_days = 31
      })
    }]...),
    merge([for name, stream in local.streams : {
      "${stream.topic}-bigquery" = merge(local.pull_subscription, {
        kind              = "bigquery"
        topic             = stream.topic
        table             = "${name}_stream_messages"
        dead_letter_topic = stream.dead_letter_topic
        source            = name
      })
      "${stream.dead_letter_topic}-bigquery" = merge(local.pull_subscription, {
        kind   = "bigquery"
        topic  = stream.dead_letter_topic
        table  = "${name}_stream_dead_letters"
        source = name
      })
    }]...),
    { for name, stream in local.candle_streams : "${stream.topic}-candles-bigquery" => merge(local.pull_subscription, {
      kind   = "bigquery"
      topic  = "${stream.topic}-candles"
      table  = "${name}_stream_candles"
      source = name
    }) },
  )

  # Defaults of every subscription. It never expires: an idle source is no reason to lose messages.
  pull_subscription = {
    kind                  = "pull"
    topic                 = null
    table                 = null
    push_service          = null
    push_path             = null
    source                = null
    dead_letter_topic     = null
    ack_deadline_seconds  = 60
    max_delivery_attempts = 10
    retention_days        = 7
    backoff_min_seconds   = 10
    backoff_max_seconds   = 600
  }
}

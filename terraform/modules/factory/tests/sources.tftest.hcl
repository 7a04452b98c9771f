# Evaluated without a provider. Which resources a spec yields; what is refused.

variables {
  specs_folder = "./tests/fixtures/streams"
  name         = "markets-int"
  environment  = "int"
}

run "a_stream_yields_topics_subscriptions_and_tables" {
  command = plan

  assert {
    condition = jsonencode(output.resources_by_source["venue_orders"]) == jsonencode([
      "topic stream-venue-orders",
      "topic stream-venue-orders-dead-letter",
      "subscription stream-venue-orders-bigquery",
      "subscription stream-venue-orders-dead-letter-bigquery",
      "table raw.venue_orders_stream_dead_letters",
      "table raw.venue_orders_stream_messages",
    ])
    error_message = "expected two topics, two subscriptions and two tables, found ${jsonencode(output.resources_by_source["venue_orders"])}."
  }
  assert {
    condition     = output.subscriptions["stream-venue-orders-bigquery"].table == "venue_orders_stream_messages" && output.subscriptions["stream-venue-orders-bigquery"].dead_letter_topic == "stream-venue-orders-dead-letter"
    error_message = "expected messages in raw.venue_orders_stream_messages and what cannot be written in the dead-letter topic."
  }
  assert {
    condition     = output.grants["topic/stream-venue-orders/bridge/pubsub.publisher"].role == "roles/pubsub.publisher" && contains(keys(output.grants), "table/venue_orders_stream_messages/pubsub_agent/bigquery.dataEditor")
    error_message = "expected the bridge to publish and Pub/Sub to write into the one table."
  }
}

run "messages_have_the_schema_of_their_columns" {
  command = plan

  assert {
    condition = output.schemas["venue_orders"].definition == join("\n", [
      "syntax = \"proto3\";", "message Record {", "  optional string order_id = 1;", "  optional string event_time = 3;", "  optional string sequence = 5;",
      "  optional string trader_name = 7;", "  optional string _extra = 100001;", "  optional string _warnings = 100002;", "}", "",
    ])
    error_message = "expected a member a column, found ${output.schemas["venue_orders"].definition}."
  }
}

run "names_of_a_spec_stand_and_a_disabled_source_keeps_its_resources" {
  command = plan

  assert {
    condition     = contains(keys(output.topics), "market-data-quotes") && contains(keys(output.topics), "market-data-quotes-refused") && length(output.resources_by_source["quotes"]) == 6
    error_message = "expected the topics that the disabled source names, found ${jsonencode(output.resources_by_source["quotes"])}."
  }
}

run "a_file_and_an_api_yield_folders_and_a_secret" {
  command = plan

  assert {
    condition     = jsonencode(output.resources_by_source["fills"]) == jsonencode(["managed_folder quarantine/fills/"])
    error_message = "expected no landing folder for a file at the top of landing/, found ${jsonencode(output.resources_by_source["fills"])}."
  }
  assert {
    condition     = contains(output.resources_by_source["rates"], "secret rates-api-token") && output.secrets["rates-api-token"].readers == ["orchestrator"]
    error_message = "expected the secret of the API, read by the lane only, found ${jsonencode(output.resources_by_source["rates"])}."
  }
}

run "every_spec_of_the_project_yields_resources" {
  command = plan

  variables {
    specs_folder = "../../../source_specs"
  }
  assert {
    condition     = length(output.sources) == length(fileset("../../../source_specs", "**/*.{yaml,yml}")) && alltrue([for resources in values(output.resources_by_source) : length(resources) > 0])
    error_message = "expected resources of every file below source_specs, found ${jsonencode(output.resources_by_source)}."
  }
}

run "a_spec_without_resources_is_refused" {
  command = plan

  variables {
    specs_folder = "./tests/fixtures/unknown-type"
  }
  expect_failures = [output.sources, output.resources_by_source]
}

run "no_specs_at_all_is_refused" {
  command = plan

  variables {
    specs_folder = "./tests/no-such-folder"
  }
  expect_failures = [output.sources]
}

run "two_files_of_one_name_are_refused" {
  command = plan

  variables {
    specs_folder = "./tests/fixtures/twice"
  }
  expect_failures = [output.sources]
}

run "a_stream_without_a_kafka_topic_is_refused" {
  command = plan

  variables {
    specs_folder = "./tests/fixtures/unnamed-topic"
  }
  expect_failures = [output.sources]
}

run "a_file_without_a_path_pattern_is_refused" {
  command = plan

  variables {
    specs_folder = "./tests/fixtures/no-pattern"
  }
  expect_failures = [output.sources]
}

run "two_streams_with_one_topic_are_refused" {
  command = plan

  variables {
    specs_folder = "./tests/fixtures/one-topic"
  }
  expect_failures = [output.topics]
}

run "a_topic_that_pubsub_refuses_is_refused_here" {
  command = plan

  variables {
    specs_folder = "./tests/fixtures/bad-topic"
  }
  expect_failures = [output.topics]
}

run "a_name_that_makes_no_bucket_is_refused" {
  command = plan

  variables {
    name = "Markets_Int"
  }
  expect_failures = [var.name]
}

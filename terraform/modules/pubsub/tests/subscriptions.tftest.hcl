mock_provider "google" {}

variables {
  project_id       = "markets-int"
  region           = "europe-west1"
  kms_key          = "projects/markets-int/locations/europe-west1/keyRings/markets/cryptoKeys/pubsub"
  push_account     = "markets-push@markets-int.iam.gserviceaccount.com"
  table_references = { orders_stream_messages = "markets-int.raw.orders_stream_messages" }
  topics = {
    orders             = { description = "Messages", is_dead_letter = false }
    orders-dead-letter = { description = "Refused messages", is_dead_letter = true }
  }
  subscriptions = {
    orders-bigquery = { kind = "bigquery", topic = "orders", table = "orders_stream_messages", dead_letter_topic = "orders-dead-letter" }
    orders-push     = { kind = "push", topic = "orders", push_service = "reporter", push_path = "/push?source=orders" }
  }
}

run "a_bigquery_subscription_writes_the_envelope_and_never_expires" {
  command = plan

  assert {
    condition     = google_pubsub_subscription.this["orders-bigquery"].bigquery_config[0].table == "markets-int.raw.orders_stream_messages" && google_pubsub_subscription.this["orders-bigquery"].bigquery_config[0].write_metadata
    error_message = "expected the envelope with its metadata."
  }
  assert {
    condition     = alltrue([for subscription in values(google_pubsub_subscription.this) : subscription.expiration_policy[0].ttl == ""])
    error_message = "expected subscriptions that never expire."
  }
  assert {
    condition     = google_pubsub_subscription.this["orders-bigquery"].dead_letter_policy[0].max_delivery_attempts == 10
    error_message = "expected ten attempts before a dead letter."
  }
}

run "a_topic_takes_records_of_its_source_only" {
  command = plan

  variables {
    topics = {
      orders             = { description = "Messages", source = "orders", is_dead_letter = false, has_schema = true }
      orders-dead-letter = { description = "Refused messages", is_dead_letter = true }
    }
    schemas = { orders = { name = "orders_record", definition = "syntax = \"proto3\"; message Record { optional string id = 1; }" } }
  }
  assert {
    condition     = google_pubsub_topic.this["orders"].schema_settings[0].encoding == "JSON" && length(google_pubsub_topic.this["orders-dead-letter"].schema_settings) == 0
    error_message = "expected a schema on the topic of good messages and none on that of dead letters."
  }
}

run "a_push_without_its_service_waits_as_a_pull" {
  command = plan

  assert {
    condition     = length(google_pubsub_subscription.this["orders-push"].push_config) == 0
    error_message = "expected no push endpoint before there is a reporter."
  }
}

run "a_push_identifies_itself" {
  command = plan

  variables {
    push_endpoints = { reporter = { url = "https://reporter.example", audience = "markets-int/reporter/push" } }
  }
  assert {
    condition     = google_pubsub_subscription.this["orders-push"].push_config[0].oidc_token[0].service_account_email == var.push_account && google_pubsub_subscription.this["orders-push"].push_config[0].oidc_token[0].audience == "markets-int/reporter/push" && google_pubsub_subscription.this["orders-push"].push_config[0].push_endpoint == "https://reporter.example/push?source=orders"
    error_message = "expected an OIDC token for the reporter."
  }
}

run "fewer_attempts_than_the_service_allows_are_refused" {
  command = plan

  variables {
    subscriptions = { orders = { kind = "pull", topic = "orders", max_delivery_attempts = 3 } }
  }
  expect_failures = [var.subscriptions]
}

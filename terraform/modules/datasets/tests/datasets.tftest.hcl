mock_provider "google" {
  override_during = plan
}

variables {
  project_id          = "markets-int"
  region              = "europe-west1"
  kms_key             = "projects/markets-int/locations/europe-west1/keyRings/markets/cryptoKeys/bigquery"
  deletion_protection = true
  policy_tags         = { pii = "Personal data", confidential = "Not for everybody" }
  datasets = {
    raw      = { dataset_id = "int_raw", description = "As accepted", delete_contents_on_destroy = false }
    consumer = { dataset_id = "int_consumer", description = "Extracts", partition_expiration_days = 2557, delete_contents_on_destroy = false }
  }
  envelope_tables  = { orders_stream_messages = { layer = "raw", source = "orders", description = "Messages", retention_days = 30 } }
  envelope_columns = [{ name = "message_id", type = "STRING", mode = "NULLABLE", description = "Identity" }]
}

run "envelopes_are_partitioned_protected_and_in_their_dataset" {
  command = plan

  assert {
    condition = alltrue([
      google_bigquery_table.envelope["orders_stream_messages"].dataset_id == "int_raw",
      google_bigquery_table.envelope["orders_stream_messages"].deletion_protection,
      google_bigquery_table.envelope["orders_stream_messages"].require_partition_filter,
      google_bigquery_table.envelope["orders_stream_messages"].time_partitioning[0].expiration_ms == 2592000000,
    ])
    error_message = "expected a protected table, partitioned by day, 30 days."
  }
  assert {
    condition     = google_bigquery_dataset.this["consumer"].default_partition_expiration_ms == 220924800000
    error_message = "expected seven years."
  }
  assert {
    condition     = alltrue([for dataset in values(google_bigquery_dataset.this) : dataset.default_encryption_configuration[0].kms_key_name == var.kms_key])
    error_message = "expected our key on every dataset."
  }
  assert {
    condition     = jsonencode(google_data_catalog_taxonomy.this.activated_policy_types) == jsonencode(["FINE_GRAINED_ACCESS_CONTROL"])
    error_message = "expected policy tags that restrict reading, not only describe."
  }
}

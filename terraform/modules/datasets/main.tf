resource "google_bigquery_dataset" "this" {
  for_each = var.datasets

  project                         = var.project_id
  dataset_id                      = each.value.dataset_id
  description                     = each.value.description
  location                        = var.region
  default_partition_expiration_ms = each.value.partition_expiration_days == null ? null : each.value.partition_expiration_days * 86400000
  delete_contents_on_destroy      = each.value.delete_contents_on_destroy
  max_time_travel_hours           = "168"
  labels                          = merge(var.labels, { layer = each.key })

  default_encryption_configuration {
    kms_key_name = var.kms_key
  }
}

resource "google_bigquery_dataset_iam_member" "this" {
  for_each = { for key, grant in var.grants : key => grant if grant.scope == "dataset" }

  project    = var.project_id
  dataset_id = google_bigquery_dataset.this[each.value.target].dataset_id
  role       = each.value.role
  member     = var.members[each.value.account]
}

resource "google_bigquery_table" "envelope" {
  for_each = var.envelope_tables

  project                  = var.project_id
  dataset_id               = google_bigquery_dataset.this[each.value.layer].dataset_id
  table_id                 = each.key
  description              = each.value.description
  schema                   = jsonencode(var.envelope_columns)
  clustering               = ["message_id"]
  require_partition_filter = true
  deletion_protection      = var.deletion_protection
  labels                   = merge(var.labels, { source = each.value.source })

  time_partitioning {
    type          = "DAY"
    field         = "publish_time"
    expiration_ms = each.value.retention_days * 86400000
  }

  encryption_configuration {
    kms_key_name = var.kms_key
  }
}

resource "google_bigquery_table_iam_member" "envelope" {
  for_each = { for key, grant in var.grants : key => grant if grant.scope == "table" }

  project    = var.project_id
  dataset_id = google_bigquery_table.envelope[each.value.target].dataset_id
  table_id   = google_bigquery_table.envelope[each.value.target].table_id
  role       = each.value.role
  member     = var.members[each.value.account]
}

# Columns classified in a spec carry one of these tags in raw tables; who lacks the tag's role cannot select them.
resource "google_data_catalog_taxonomy" "this" {
  project                = var.project_id
  region                 = var.region
  display_name           = "markets classification"
  description            = "Classification of columns, from the source specs"
  activated_policy_types = ["FINE_GRAINED_ACCESS_CONTROL"]
}

resource "google_data_catalog_policy_tag" "this" {
  for_each = var.policy_tags

  taxonomy     = google_data_catalog_taxonomy.this.id
  display_name = each.key
  description  = each.value
}

resource "google_data_catalog_policy_tag_iam_member" "this" {
  for_each = { for key, grant in var.grants : key => grant if grant.scope == "policy_tag" }

  policy_tag = google_data_catalog_policy_tag.this[each.value.target].name
  role       = each.value.role
  member     = var.members[each.value.account]
}

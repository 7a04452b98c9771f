resource "google_pubsub_schema" "this" {
  for_each = var.schemas

  project    = var.project_id
  name       = each.value.name
  type       = "PROTOCOL_BUFFER"
  definition = each.value.definition
}

resource "google_pubsub_topic" "this" {
  for_each = var.topics

  project      = var.project_id
  name         = each.key
  kms_key_name = var.kms_key
  # Long enough to seek a subscription back over a long weekend.
  message_retention_duration = "604800s"
  labels                     = merge(var.labels, each.value.source == null ? {} : { source = each.value.source })

  # What is not a record of the source is refused at the door, whoever publishes it.
  dynamic "schema_settings" {
    for_each = each.value.has_schema ? [google_pubsub_schema.this[each.value.source].id] : []
    content {
      schema   = schema_settings.value
      encoding = "JSON"
    }
  }

  message_storage_policy {
    allowed_persistence_regions = [var.region]
    enforce_in_transit          = true
  }
}

resource "google_pubsub_topic_iam_member" "this" {
  for_each = { for key, grant in var.grants : key => grant if grant.scope == "topic" }

  project = var.project_id
  topic   = google_pubsub_topic.this[each.value.target].name
  role    = each.value.role
  member  = var.members[each.value.account]
}

resource "google_pubsub_subscription" "this" {
  for_each = var.subscriptions

  project                    = var.project_id
  name                       = each.key
  topic                      = google_pubsub_topic.this[each.value.topic].id
  ack_deadline_seconds       = each.value.ack_deadline_seconds
  message_retention_duration = "${each.value.retention_days * 86400}s"
  labels                     = merge(var.labels, each.value.source == null ? {} : { source = each.value.source })

  # Never: the service's default deletes a subscription after 31 idle days, with what then arrives.
  expiration_policy {
    ttl = ""
  }

  retry_policy {
    minimum_backoff = "${each.value.backoff_min_seconds}s"
    maximum_backoff = "${each.value.backoff_max_seconds}s"
  }

  dynamic "dead_letter_policy" {
    for_each = each.value.dead_letter_topic == null ? [] : [each.value.dead_letter_topic]
    content {
      dead_letter_topic     = google_pubsub_topic.this[dead_letter_policy.value].id
      max_delivery_attempts = each.value.max_delivery_attempts
    }
  }

  dynamic "bigquery_config" {
    for_each = each.value.kind == "bigquery" ? [each.value.table] : []
    content {
      table               = var.table_references[bigquery_config.value]
      write_metadata      = true
      use_topic_schema    = false
      use_table_schema    = false
      drop_unknown_fields = false
    }
  }

  dynamic "push_config" {
    for_each = each.value.kind == "push" && contains(keys(var.push_endpoints), coalesce(each.value.push_service, "-")) ? [each.value.push_service] : []
    content {
      push_endpoint = "${var.push_endpoints[push_config.value].url}${coalesce(each.value.push_path, "/")}"
      oidc_token {
        service_account_email = var.push_account
        audience              = var.push_endpoints[push_config.value].audience
      }
    }
  }
}

resource "google_pubsub_subscription_iam_member" "this" {
  for_each = { for key, grant in var.grants : key => grant if grant.scope == "subscription" }

  project      = var.project_id
  subscription = google_pubsub_subscription.this[each.value.target].name
  role         = each.value.role
  member       = var.members[each.value.account]
}

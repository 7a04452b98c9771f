locals {
  channels = [for channel in google_monitoring_notification_channel.email : channel.id]

  # Log lines of the lane: the name of the event stands in jsonPayload.message, and logs hold no row values.
  log_metrics = {
    run_failed    = { filter = "jsonPayload.message=\"run_failed\"", label = "code", description = "Runs that ended with an error" }
    dbt_failed    = { filter = "jsonPayload.message=\"dbt_node_failed\"", label = "name", description = "Models and tests of dbt that failed" }
    alert_opened  = { filter = "jsonPayload.message=\"alert_opened\"", label = "kind", description = "Alerts of the lane: late, missing, failed, quarantined, ..." }
    run_completed = { filter = "jsonPayload.message=\"run_completed\"", label = "status", description = "Runs that came to their end" }
  }

  log_alerts = {
    run_failed = { severity = "ERROR", metric = "run_failed", extra = "", title = "A run failed" }
    dbt_failed = { severity = "ERROR", metric = "dbt_failed", extra = "", title = "dbt failed" }
    missing    = { severity = "CRITICAL", metric = "alert_opened", extra = " AND metric.labels.kind=\"missing\"", title = "A delivery is missing" }
    late       = { severity = "WARNING", metric = "alert_opened", extra = " AND metric.labels.kind=\"late\"", title = "A delivery is late" }
    failed     = { severity = "ERROR", metric = "alert_opened", extra = " AND metric.labels.kind=\"failed\"", title = "A file was refused" }
    conservation = {
      severity = "CRITICAL", metric = "alert_opened", extra = " AND metric.labels.kind=\"conservation\"", title = "Bytes of a file are not accounted for"
    }
  }
}

resource "google_monitoring_notification_channel" "email" {
  for_each = toset(var.notification_emails)

  project      = var.project_id
  display_name = each.value
  type         = "email"
  labels       = { email_address = each.value }
}

resource "google_logging_metric" "this" {
  for_each = local.log_metrics

  project          = var.project_id
  name             = "markets/${each.key}"
  description      = each.value.description
  filter           = each.value.filter
  label_extractors = { (each.value.label) = "EXTRACT(jsonPayload.${each.value.label})" }

  metric_descriptor {
    metric_kind  = "DELTA"
    value_type   = "INT64"
    unit         = "1"
    display_name = each.value.description

    labels {
      key        = each.value.label
      value_type = "STRING"
    }
  }
}

resource "google_monitoring_alert_policy" "log" {
  for_each = local.log_alerts

  project               = var.project_id
  display_name          = each.value.title
  combiner              = "OR"
  severity              = each.value.severity
  notification_channels = local.channels
  user_labels           = var.labels

  conditions {
    display_name = each.value.title
    condition_threshold {
      # Without a resource type the filter is refused.
      filter          = "metric.type=\"logging.googleapis.com/user/${google_logging_metric.this[each.value.metric].name}\" AND resource.type=\"${var.log_resource_type}\"${each.value.extra}"
      comparison      = "COMPARISON_GT"
      threshold_value = 0
      duration        = "0s"

      aggregations {
        alignment_period     = "300s"
        per_series_aligner   = "ALIGN_DELTA"
        cross_series_reducer = "REDUCE_SUM"
      }
      trigger {
        count = 1
      }
    }
  }

  documentation {
    mime_type = "text/markdown"
    subject   = each.value.title
    content   = "First look: `markets status`. The runbook is docs/operating.md."
  }
}

# An hourly run that does not happen says nothing: its absence is the alert.
resource "google_monitoring_alert_policy" "run_absent" {
  project               = var.project_id
  display_name          = "No run for three hours"
  combiner              = "OR"
  severity              = "CRITICAL"
  notification_channels = local.channels
  user_labels           = var.labels

  conditions {
    display_name = "No run for three hours"
    condition_absent {
      filter   = "metric.type=\"logging.googleapis.com/user/${google_logging_metric.this["run_completed"].name}\" AND resource.type=\"${var.log_resource_type}\""
      duration = "10800s"

      aggregations {
        alignment_period     = "3600s"
        per_series_aligner   = "ALIGN_DELTA"
        cross_series_reducer = "REDUCE_SUM"
      }
    }
  }

  documentation {
    mime_type = "text/markdown"
    subject   = "No run for three hours"
    content   = "Is the schedule paused, does the job fail to start, does another run hold the lease? `markets status`, docs/operating.md."
  }
}

resource "google_monitoring_alert_policy" "job_failed" {
  count = var.run_job == null ? 0 : 1

  project               = var.project_id
  display_name          = "The run's container ended with an error"
  combiner              = "OR"
  severity              = "ERROR"
  notification_channels = local.channels
  user_labels           = var.labels

  conditions {
    display_name = "Failed executions"
    condition_threshold {
      filter          = "metric.type=\"run.googleapis.com/job/completed_execution_count\" AND resource.type=\"cloud_run_job\" AND resource.labels.job_name=\"${var.run_job}\" AND metric.labels.result=\"failed\""
      comparison      = "COMPARISON_GT"
      threshold_value = 0
      duration        = "0s"

      aggregations {
        alignment_period   = "300s"
        per_series_aligner = "ALIGN_DELTA"
      }
    }
  }
}

resource "google_monitoring_alert_policy" "lag" {
  for_each = var.subscriptions

  project               = var.project_id
  display_name          = "Messages wait in ${each.key}"
  combiner              = "OR"
  severity              = "ERROR"
  notification_channels = local.channels
  user_labels           = var.labels

  conditions {
    display_name = "Age of the oldest message"
    condition_threshold {
      filter          = "metric.type=\"pubsub.googleapis.com/subscription/oldest_unacked_message_age\" AND resource.type=\"pubsub_subscription\" AND resource.labels.subscription_id=\"${each.key}\""
      comparison      = "COMPARISON_GT"
      threshold_value = each.value
      duration        = "300s"

      aggregations {
        alignment_period   = "60s"
        per_series_aligner = "ALIGN_MAX"
      }
    }
  }
}

resource "google_monitoring_alert_policy" "dead_letters" {
  for_each = toset(var.dead_letter_topics)

  project               = var.project_id
  display_name          = "Dead letters in ${each.value}"
  combiner              = "OR"
  severity              = "WARNING"
  notification_channels = local.channels
  user_labels           = var.labels

  conditions {
    display_name = "Messages published"
    condition_threshold {
      filter          = "metric.type=\"pubsub.googleapis.com/topic/send_message_operation_count\" AND resource.type=\"pubsub_topic\" AND resource.labels.topic_id=\"${each.value}\""
      comparison      = "COMPARISON_GT"
      threshold_value = 0
      duration        = "0s"

      aggregations {
        alignment_period     = "300s"
        per_series_aligner   = "ALIGN_DELTA"
        cross_series_reducer = "REDUCE_SUM"
      }
    }
  }
}

resource "google_monitoring_custom_service" "reporter" {
  count = var.reporter_service == null ? 0 : 1

  project      = var.project_id
  service_id   = "reporter"
  display_name = "Reporter"
  user_labels  = var.labels
}

resource "google_monitoring_slo" "reporter" {
  count = var.reporter_service == null ? 0 : 1

  project             = var.project_id
  service             = google_monitoring_custom_service.reporter[0].service_id
  slo_id              = "reporter-requests"
  display_name        = "Requests that the reporter answers without an error of its own"
  goal                = var.reporter_goal
  rolling_period_days = 28

  request_based_sli {
    good_total_ratio {
      total_service_filter = local.reporter_requests
      bad_service_filter   = "${local.reporter_requests} AND metric.labels.response_code_class=\"5xx\""
    }
  }
}

locals {
  reporter_requests = "metric.type=\"run.googleapis.com/request_count\" AND resource.type=\"cloud_run_revision\" AND resource.labels.service_name=\"${coalesce(var.reporter_service, "-")}\""

  # Burning a 28 days' budget 14 times too fast leaves two days, 6 times too fast five.
  burn_rates = { fast = { window = "3600s", rate = 14, severity = "CRITICAL" }, slow = { window = "21600s", rate = 6, severity = "WARNING" } }
}

resource "google_monitoring_alert_policy" "reporter_slo" {
  for_each = var.reporter_service == null ? {} : local.burn_rates

  project               = var.project_id
  display_name          = "The reporter's error budget burns (${each.key})"
  combiner              = "OR"
  severity              = each.value.severity
  notification_channels = local.channels
  user_labels           = var.labels

  conditions {
    display_name = "Burn rate above ${each.value.rate}"
    condition_threshold {
      filter          = "select_slo_burn_rate(\"${google_monitoring_slo.reporter[0].id}\", \"${each.value.window}\")"
      comparison      = "COMPARISON_GT"
      threshold_value = each.value.rate
      duration        = "0s"
    }
  }
}

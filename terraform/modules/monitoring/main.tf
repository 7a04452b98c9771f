locals {
  channels = [for channel in google_monitoring_notification_channel.email : channel.id]

  # Log lines of the lane: the name of the event stands in jsonPayload.message, and logs hold no row values.
  log_metrics = {
    run_failed    = { filter = "jsonPayload.message=\"run_failed\"", label = "code", description = "Runs that ended with an error" }
    dbt_failed    = { filter = "jsonPayload.message=\"dbt_node_failed\"", label = "name", description = "Models and tests of dbt that failed" }
    alert_opened  = { filter = "jsonPayload.message=\"alert_opened\"", label = "kind", description = "Alerts of the lane: late, missing, failed, quarantined, ..." }
    run_completed = { filter = "jsonPayload.message=\"run_completed\"", label = "status", description = "Runs that came to their end" }

    deadline_near    = { filter = "jsonPayload.message=\"deadline_near\"", label = "regime", description = "Reports near their deadline without an end" }
    report_ended_bad = { filter = "jsonPayload.message=\"report_ended_badly\"", label = "state", description = "Reports that ended late or as dead letters" }
    breaker_changed  = { filter = "jsonPayload.message=\"breaker_changed\"", label = "to", description = "Destinations of reports that are left alone, or asked again" }
    to_look_at       = { filter = "jsonPayload.message=\"submission_to_look_at\"", label = "code", description = "Regulators that hold something else than what was sent" }
    pipeline_failed  = { filter = "jsonPayload.message=\"pipeline_failed\"", label = "code", description = "What the reporter could not do" }
    ledger_failed    = { filter = "jsonPayload.message=\"ledger_failed\"", label = "code", description = "Instances of the reporter that cannot write their ledger" }
    reference_stale  = { filter = "jsonPayload.message=\"reference_stale\"", label = "code", description = "Looks at reference data that were too old" }
  }

  # With the reporter's figures or without them: its log tells of these by itself.
  reporter_log_alerts = var.reporter_service == null ? {} : {
    deadline_near    = { severity = "CRITICAL", metric = "deadline_near", extra = "", title = "A report is near its deadline" }
    report_ended_bad = { severity = "CRITICAL", metric = "report_ended_bad", extra = "", title = "A report is late or a dead letter" }
    breaker_open     = { severity = "ERROR", metric = "breaker_changed", extra = " AND metric.labels.to=\"open\"", title = "A regulator does not answer" }
    to_look_at       = { severity = "CRITICAL", metric = "to_look_at", extra = "", title = "A regulator holds something else than what was sent" }
    pipeline_failed  = { severity = "ERROR", metric = "pipeline_failed", extra = "", title = "The reporter could not do something" }
    ledger_failed    = { severity = "CRITICAL", metric = "ledger_failed", extra = "", title = "The reporter cannot write its ledger" }
    reference_stale  = { severity = "ERROR", metric = "reference_stale", extra = "", title = "The reporter's reference data are too old" }
  }
  # P1 wakes somebody up (docs/operating.md).
  severities = { P1 = "CRITICAL", P2 = "ERROR", P3 = "WARNING" }

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
  for_each = merge(
    { for key, alert in local.log_alerts : key => merge(alert, { resource = var.log_resource_type, runbook = "docs/operating.md", look = "markets status" }) },
    { for key, alert in local.reporter_log_alerts : key => merge(alert, {
      resource = "cloud_run_revision", runbook = "docs/reporting-operations.md", look = "markets reporter status"
    }) },
  )

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
      filter          = "metric.type=\"logging.googleapis.com/user/${google_logging_metric.this[each.value.metric].name}\" AND resource.type=\"${each.value.resource}\"${each.value.extra}"
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
    content   = "First look: `${each.value.look}`. The runbook is ${each.value.runbook}."
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

  project      = var.project_id
  display_name = "Dead letters in ${each.value}"
  combiner     = "OR"
  # A trade that the reporter did not get may owe a report, and nothing else knows of it.
  severity              = endswith(each.value, "-reporter-dead-letter") ? "CRITICAL" : "WARNING"
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

# The rules of reporter/monitoring/rules.yaml, one policy each: what a person reads there is what wakes them up here.
resource "google_monitoring_alert_policy" "reporter_rule" {
  for_each = var.reporter_rules

  project               = var.project_id
  display_name          = each.key
  combiner              = "OR"
  severity              = local.severities[each.value.labels.severity]
  notification_channels = local.channels
  user_labels           = var.labels

  conditions {
    display_name = each.key
    condition_prometheus_query_language {
      query               = trimspace(each.value.expr)
      duration            = "${tonumber(regex("^[0-9]+", each.value.hold)) * (endswith(each.value.hold, "m") ? 60 : 1)}s"
      evaluation_interval = "30s"
      rule_group          = "markets-reporter"
      alert_rule          = each.key
      # A counter is unknown to Cloud Monitoring until the first of its kind happened.
      disable_metric_validation = true
    }
  }

  documentation {
    mime_type = "text/markdown"
    subject   = each.key
    content   = "The runbook is ${each.value.annotations.runbook}."
  }
}

# Figures come from instances, so their absence may be the collector's; this count is Cloud Run's own.
resource "google_monitoring_alert_policy" "reporter_absent" {
  count = var.reporter_service == null ? 0 : 1

  project               = var.project_id
  display_name          = "No instance of the reporter"
  combiner              = "OR"
  severity              = "CRITICAL"
  notification_channels = local.channels
  user_labels           = var.labels

  conditions {
    display_name = "No instance for five minutes"
    condition_absent {
      filter   = "metric.type=\"run.googleapis.com/container/instance_count\" AND resource.type=\"cloud_run_revision\" AND resource.labels.service_name=\"${var.reporter_service}\""
      duration = "300s"

      aggregations {
        alignment_period     = "60s"
        per_series_aligner   = "ALIGN_MAX"
        cross_series_reducer = "REDUCE_SUM"
      }
    }
  }
  conditions {
    display_name = "Fewer than one instance"
    condition_threshold {
      filter          = "metric.type=\"run.googleapis.com/container/instance_count\" AND resource.type=\"cloud_run_revision\" AND resource.labels.service_name=\"${var.reporter_service}\""
      comparison      = "COMPARISON_LT"
      threshold_value = 1
      duration        = "120s"

      aggregations {
        alignment_period     = "60s"
        per_series_aligner   = "ALIGN_MAX"
        cross_series_reducer = "REDUCE_SUM"
      }
    }
  }

  documentation {
    mime_type = "text/markdown"
    subject   = "No instance of the reporter"
    content   = "The runbook is docs/reporting-operations.md#reporterabsent."
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

# Of reports that owed something to a regulator; one that never ends is no end here, but an alert of its own.
resource "google_monitoring_slo" "reporter_on_time" {
  count = length(var.reporter_rules) == 0 || var.reporter_service == null ? 0 : 1

  project             = var.project_id
  service             = google_monitoring_custom_service.reporter[0].service_id
  slo_id              = "reports-on-time"
  display_name        = "Reports that ended before their deadline"
  goal                = var.reporter_goal
  rolling_period_days = 28

  request_based_sli {
    good_total_ratio {
      total_service_filter = local.reporter_reports
      bad_service_filter   = "${local.reporter_reports} AND metric.labels.late=\"true\""
    }
  }
}

locals {
  reporter_requests = "metric.type=\"run.googleapis.com/request_count\" AND resource.type=\"cloud_run_revision\" AND resource.labels.service_name=\"${coalesce(var.reporter_service, "-")}\""
  reporter_reports  = "metric.type=\"prometheus.googleapis.com/markets_reporter_reports_ended_total/counter\" AND resource.type=\"prometheus_target\" AND metric.labels.state=one_of(\"acknowledged\",\"rejected\",\"invalid\",\"dead_lettered\")"

  # Burning a 28 days' budget 14 times too fast leaves two days, 6 times too fast five. The short window ends the alert when it is over.
  burn_rates = {
    fast = { windows = ["3600s", "300s"], rate = 14, severity = "CRITICAL" }
    slow = { windows = ["21600s", "1800s"], rate = 6, severity = "WARNING" }
  }
  objectives = merge(
    { for slo in google_monitoring_slo.reporter : "requests" => { id = slo.id, title = "The reporter's error budget burns" } },
    { for slo in google_monitoring_slo.reporter_on_time : "on_time" => { id = slo.id, title = "The reports' budget of lateness burns" } },
  )
  burn_alerts = merge([for objective, slo in local.objectives : { for speed, burn in local.burn_rates : "${objective}_${speed}" => merge(burn, slo, { speed = speed }) }]...)
}

resource "google_monitoring_alert_policy" "reporter_slo" {
  for_each = local.burn_alerts

  project               = var.project_id
  display_name          = "${each.value.title} (${each.value.speed})"
  combiner              = "AND"
  severity              = each.value.severity
  notification_channels = local.channels
  user_labels           = var.labels

  dynamic "conditions" {
    for_each = each.value.windows
    content {
      display_name = "Burn rate above ${each.value.rate} over ${conditions.value}"
      condition_threshold {
        filter          = "select_slo_burn_rate(\"${each.value.id}\", \"${conditions.value}\")"
        comparison      = "COMPARISON_GT"
        threshold_value = each.value.rate
        duration        = "0s"
      }
    }
  }

  documentation {
    mime_type = "text/markdown"
    subject   = each.value.title
    content   = "The runbook is docs/reporting-operations.md#objectives."
  }
}

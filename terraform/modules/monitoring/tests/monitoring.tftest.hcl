mock_provider "google" {}

variables {
  project_id          = "markets-int"
  notification_emails = ["on-call@bank.example"]
  subscriptions       = { orders-bigquery = 300 }
  dead_letter_topics  = ["orders-dead-letter"]
}

run "runs_deliveries_lag_and_dead_letters_are_watched" {
  command = plan

  assert {
    condition     = jsonencode(sort(keys(google_monitoring_alert_policy.log))) == jsonencode(["conservation", "dbt_failed", "failed", "late", "missing", "run_failed"])
    error_message = "expected an alert for every kind of trouble, found ${jsonencode(keys(google_monitoring_alert_policy.log))}."
  }
  assert {
    condition     = google_monitoring_alert_policy.lag["orders-bigquery"].conditions[0].condition_threshold[0].threshold_value == 300 && length(google_monitoring_alert_policy.dead_letters) == 1
    error_message = "expected lag and dead letters to be watched."
  }
  assert {
    condition     = google_monitoring_alert_policy.log["late"].conditions[0].condition_threshold[0].filter == "metric.type=\"logging.googleapis.com/user/markets/alert_opened\" AND resource.type=\"k8s_container\" AND metric.labels.kind=\"late\""
    error_message = "expected lines of late deliveries to be counted, found ${google_monitoring_alert_policy.log["late"].conditions[0].condition_threshold[0].filter}."
  }
  assert {
    condition     = length(google_monitoring_slo.reporter) == 0
    error_message = "expected no objective before there is a reporter."
  }
}

run "the_reporter_has_three_nines_and_two_burn_rates" {
  command = plan

  variables {
    reporter_service = "markets-reporter"
    reporter_rules   = { for rule in flatten([for group in yamldecode(file("../../../reporter/monitoring/rules.yaml")).groups : group.rules]) : rule.alert => merge(rule, { hold = try(rule["for"], "0s") }) }
  }
  assert {
    condition     = google_monitoring_slo.reporter[0].goal == 0.999 && google_monitoring_slo.reporter_on_time[0].goal == 0.999 && jsonencode(keys(google_monitoring_alert_policy.reporter_slo)) == jsonencode(["on_time_fast", "on_time_slow", "requests_fast", "requests_slow"])
    error_message = "expected 99.9 % of requests and of reports, and alerts on fast and slow burning, found ${jsonencode(keys(google_monitoring_alert_policy.reporter_slo))}."
  }
  assert {
    condition     = alltrue([for policy in values(google_monitoring_alert_policy.reporter_slo) : policy.combiner == "AND" && length(policy.conditions) == 2])
    error_message = "expected a long window and a short one each."
  }
  assert {
    condition     = google_monitoring_alert_policy.reporter_rule["ReporterAmbiguousOld"].conditions[0].condition_prometheus_query_language[0].duration == "600s" && google_monitoring_alert_policy.reporter_rule["ReporterLedgerFailed"].severity == "CRITICAL"
    error_message = "expected the rules of Prometheus as they are there."
  }
  assert {
    condition     = length(google_monitoring_alert_policy.reporter_absent) == 1 && google_monitoring_alert_policy.log["breaker_open"].conditions[0].condition_threshold[0].filter == "metric.type=\"logging.googleapis.com/user/markets/breaker_changed\" AND resource.type=\"cloud_run_revision\" AND metric.labels.to=\"open\""
    error_message = "expected what the log of the reporter and Cloud Run tell by themselves, found ${google_monitoring_alert_policy.log["breaker_open"].conditions[0].condition_threshold[0].filter}."
  }
}

run "without_its_figures_the_reporter_has_its_log_and_its_requests" {
  command = plan

  variables {
    reporter_service = "markets-reporter"
  }
  assert {
    condition     = jsonencode(keys(google_monitoring_alert_policy.reporter_slo)) == jsonencode(["requests_fast", "requests_slow"]) && length(google_monitoring_alert_policy.reporter_rule) == 0 && length(setintersection(keys(google_monitoring_alert_policy.log), ["deadline_near", "ledger_failed", "reference_stale"])) == 3
    error_message = "expected no rule on figures that nobody collects."
  }
}

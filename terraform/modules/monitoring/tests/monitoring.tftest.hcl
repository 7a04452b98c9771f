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
  }
  assert {
    condition     = google_monitoring_slo.reporter[0].goal == 0.999 && length(google_monitoring_alert_policy.reporter_slo) == 2
    error_message = "expected 99.9 % and alerts on fast and slow burning."
  }
}

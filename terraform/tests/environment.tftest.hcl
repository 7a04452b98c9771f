# Planned against the provider's schema with made-up answers; run with -var-file of each environment.

mock_provider "google" {
  override_during = plan

  mock_data "google_project" {
    defaults = { number = "123456789012" }
  }
  mock_data "google_storage_project_service_account" {
    defaults = { email_address = "service-123456789012@gs-project-accounts.iam.gserviceaccount.com" }
  }
  mock_data "google_bigquery_default_service_account" {
    defaults = { email = "bq-123456789012@bigquery-encryption.iam.gserviceaccount.com" }
  }
  mock_resource "google_service_account" {
    defaults = { member = "serviceAccount:lane@project.iam.gserviceaccount.com", email = "lane@project.iam.gserviceaccount.com" }
  }
}

variables {
  images = {
    lane      = "europe-west1-docker.pkg.dev/markets-int/markets/lane@sha256:0000000000000000000000000000000000000000000000000000000000000000"
    streaming = "europe-west1-docker.pkg.dev/markets-int/markets/streaming@sha256:0000000000000000000000000000000000000000000000000000000000000000"
    reporter  = "europe-west1-docker.pkg.dev/markets-int/markets/reporter@sha256:0000000000000000000000000000000000000000000000000000000000000000"
    collector = "us-docker.pkg.dev/cloud-ops-agents-artifacts/cloud-run-gmp-sidecar/cloud-run-gmp-sidecar@sha256:0000000000000000000000000000000000000000000000000000000000000000"
  }
  github_repository   = "bank/markets"
  notification_emails = ["markets-on-call@bank.example"]
  landing_writers     = { murex_trades = ["serviceAccount:murex@sender.iam.gserviceaccount.com"] }
}

run "the_environment_with_every_lane" {
  command = plan

  assert {
    condition     = alltrue([for folder, bucket in module.buckets.names : bucket == "${var.project_id}-${folder}"]) && length(module.buckets.names) == 10
    error_message = "expected ten buckets named as the root says, found ${jsonencode(module.buckets.names)}."
  }
  assert {
    condition     = output.config.root == "gs://${var.project_id}" && output.config.warehouse.location == var.region
    error_message = "expected the configuration's values, found ${jsonencode(output.config)}."
  }
  assert {
    condition     = alltrue([for resources in values(output.resources_by_source) : length(resources) > 0])
    error_message = "expected resources of every source."
  }
  assert {
    condition     = module.factory.is_protected == (var.environment == "prod")
    error_message = "expected prod, and only prod, to be protected."
  }
}

run "streams_of_specs_reach_the_warehouse" {
  command = plan

  variables {
    specs_folder     = "./modules/factory/tests/fixtures/streams"
    landing_writers  = {}
    reported_sources = []
  }
  assert {
    condition     = contains(module.pubsub.subscription_names, "stream-venue-orders-bigquery") && contains(keys(module.datasets.table_references), "venue_orders_stream_messages")
    error_message = "expected a BigQuery subscription and its table for each stream, found ${jsonencode(module.pubsub.subscription_names)}."
  }
  assert {
    condition     = module.datasets.table_references["venue_orders_stream_messages"] == "${var.project_id}.raw.venue_orders_stream_messages"
    error_message = "expected the table in the raw dataset, found ${jsonencode(module.datasets.table_references)}."
  }
}

run "the_reporter_gets_the_bank_s_own_trades_and_is_watched" {
  command = plan

  assert {
    condition     = contains(module.pubsub.subscription_names, "stream-trade-events-reporter") && contains(module.pubsub.subscription_names, "stream-trade-events-reporter-dead-letter-kept")
    error_message = "expected a push of trade events with dead letters of its own, found ${jsonencode(module.pubsub.subscription_names)}."
  }
  assert {
    condition     = output.reporter.push.audience == "${var.project_id}/reporter/push" && length(distinct([for way in values(output.reporter) : way.audience])) == 3
    error_message = "expected an audience of its own for each way in, found ${jsonencode(output.reporter)}."
  }
  assert {
    condition     = length(setintersection(output.secrets, ["arm-certificate", "arm-key"])) == 2
    error_message = "expected secrets of the destinations, found ${jsonencode(output.secrets)}."
  }
}

run "a_run_alone_is_told_of_no_tasks" {
  command = plan

  assert {
    condition     = keys(module.cloud_run.job_tasks)[0] == "run" && length(module.cloud_run.job_tasks) == 1 && module.cloud_run.job_tasks["run"].task_count == 1 && !contains(module.cloud_run.job_tasks["run"].arguments, "--tasks")
    error_message = "expected one job with one task, found ${jsonencode(module.cloud_run.job_tasks)}."
  }
}

run "tasks_share_the_one_job" {
  command = plan

  variables {
    run_tasks = 4
  }
  assert {
    condition     = length(module.cloud_run.job_tasks) == 1 && module.cloud_run.job_tasks["run"].task_count == 4 && strcontains(join(" ", module.cloud_run.job_tasks["run"].arguments), "--tasks 4")
    error_message = "expected one job of four tasks that knows how many they are, found ${jsonencode(module.cloud_run.job_tasks)}."
  }
}

run "no_image_no_service" {
  command = plan

  variables {
    images = {}
  }
  assert {
    condition     = length(output.services) == 0 && length(module.cloud_run.job_names) == 0
    error_message = "expected neither services nor jobs without images."
  }
}

run "an_image_by_tag_is_refused" {
  command = plan

  variables {
    images = { lane = "europe-west1-docker.pkg.dev/markets-int/markets/lane:latest" }
  }
  expect_failures = [var.images]
}

# No grant is wider than allowed-roles.yaml says, and what must not be written to cannot be.

variables {
  specs_folder = "./tests/fixtures/streams"
  name         = "markets-int"
  environment  = "int"
}

run "no_role_is_wider_than_the_committed_list" {
  command = plan

  assert {
    condition     = alltrue([for grant in values(output.grants) : contains(try(yamldecode(file("./allowed-roles.yaml"))[grant.account][grant.scope], []), grant.role)])
    error_message = "expected grants of allowed-roles.yaml only, found ${jsonencode([for key, grant in output.grants : key if !contains(try(yamldecode(file("./allowed-roles.yaml"))[grant.account][grant.scope], []), grant.role)])}."
  }
  assert {
    condition     = alltrue([for grant in values(output.grants) : contains(concat(keys(output.accounts), output.agents), grant.account)])
    error_message = "expected accounts of the platform and Google's agents only."
  }
  assert {
    condition     = alltrue([for grant in values(output.grants) : !can(regex("(?i)owner|admin|roles/editor|roles/viewer", grant.role))])
    error_message = "expected no basic role and no administrator."
  }
}

run "what_is_the_record_can_be_added_to_and_not_changed" {
  command = plan

  assert {
    condition     = alltrue([for folder in ["quarantine", "failed", "archive", "control", "staging"] : !contains([for grant in values(output.grants) : grant.role if grant.scope == "bucket" && grant.target == folder], "roles/storage.objectUser")])
    error_message = "expected no account that may overwrite or delete in quarantine, failed, archive, control and staging."
  }
}

run "the_reporter_has_what_it_needs_and_no_more" {
  command = plan

  variables {
    specs_folder       = "../../../source_specs"
    reported_sources   = ["trade_events"]
    reporter_secrets   = ["arm-key"]
    reporter_operators = ["group:reporting@bank.example"]
  }
  assert {
    condition = jsonencode([for key, grant in output.grants : key if grant.account == "reporter"]) == jsonencode([
      "bucket/control/reporter/storage.objectCreator",
      "bucket/control/reporter/storage.objectViewer",
      "bucket/journal/reporter/storage.objectUser",
      "bucket/journal/reporter/storage.objectViewer",
      "bucket/reports/reporter/storage.objectCreator",
      "bucket/reports/reporter/storage.objectViewer",
      "dataset/dimensions/reporter/bigquery.dataViewer",
      "project/project/reporter/bigquery.jobUser",
      "project/project/reporter/monitoring.metricWriter",
      "secret/arm-key/reporter/secretmanager.secretAccessor",
      "topic/stream-trade-events-dead-letter/reporter/pubsub.publisher",
    ])
    error_message = "expected these and no others, found ${jsonencode([for key, grant in output.grants : key if grant.account == "reporter"])}."
  }
  assert {
    condition     = alltrue([for key, prefix in output.grant_prefixes : contains(keys(output.grants), key)]) && output.grant_prefixes["bucket/journal/reporter/storage.objectUser"] == "reports/instances/"
    error_message = "expected the reporter to overwrite heartbeats and nothing else."
  }
  assert {
    condition     = jsonencode(sort([for key, grant in output.grants : grant.account if grant.scope == "service"])) == jsonencode(["push", "replay", "reporting"]) && length(output.operator_grants) == 2
    error_message = "expected three accounts that may call the reporter."
  }
  assert {
    condition     = output.subscriptions["stream-trade-events-reporter"].push_path == "/push?source=trade_events" && output.subscriptions["stream-trade-events-reporter"].max_delivery_attempts == 100 && output.topics["stream-trade-events-reporter-dead-letter"].is_dead_letter
    error_message = "expected a push that is tried for long, with dead letters of its own."
  }
}

run "a_reported_source_that_is_no_stream_is_refused" {
  command = plan

  variables {
    reported_sources = ["trade_event"]
  }
  expect_failures = [output.reporter_audiences]
}

run "everybody_as_an_operator_is_refused" {
  command = plan

  variables {
    reporter_operators = ["allUsers"]
  }
  expect_failures = [var.reporter_operators]
}

run "uploaders_may_create_in_their_folder_and_nothing_else" {
  command = plan

  variables {
    specs_folder       = "../../../source_specs"
    landing_writers    = { murex_trades = ["serviceAccount:murex@sender.iam.gserviceaccount.com"] }
    quarantine_readers = { murex_trades = ["group:trading-support@bank.example"] }
  }
  assert {
    condition = jsonencode(output.folder_grants) == jsonencode({
      "landing/murex/ serviceAccount:murex@sender.iam.gserviceaccount.com storage.objectCreator" = {
        folder = "landing/murex/", member = "serviceAccount:murex@sender.iam.gserviceaccount.com", role = "roles/storage.objectCreator"
      }
      "quarantine/murex_trades/ group:trading-support@bank.example storage.objectViewer" = {
        folder = "quarantine/murex_trades/", member = "group:trading-support@bank.example", role = "roles/storage.objectViewer"
      }
    })
    error_message = "expected one right on one folder each, found ${jsonencode(output.folder_grants)}."
  }
}

run "everybody_on_the_internet_is_refused" {
  command = plan

  variables {
    specs_folder    = "../../../source_specs"
    landing_writers = { murex_trades = ["allUsers"] }
  }
  expect_failures = [output.folder_grants]
}

run "a_source_that_is_not_there_is_refused" {
  command = plan

  variables {
    quarantine_readers = { murex_trade = ["group:trading-support@bank.example"] }
  }
  expect_failures = [output.folder_grants]
}

run "an_uploader_of_a_file_without_a_folder_is_refused" {
  command = plan

  variables {
    landing_writers = { fills = ["group:trading-support@bank.example"] }
  }
  expect_failures = [output.folder_grants]
}

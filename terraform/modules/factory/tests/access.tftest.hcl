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

# How long what is kept, and what protects it; int and prod.

variables {
  specs_folder = "../../../source_specs"
  name         = "markets-prod"
  environment  = "prod"
}

run "each_folder_is_deleted_after_its_time" {
  command = plan

  assert {
    condition = { for folder, bucket in output.buckets : folder => [for rule in bucket.delete_rules : "${rule.age_days} ${join(",", rule.prefixes)}"] } == {
      landing    = ["90 "]
      failed     = ["90 "]
      staging    = ["30 "]
      quarantine = ["2557 "]
      archive    = ["2557 "]
      extracts   = ["2557 "]
      history    = ["2557 "]
      reports    = ["2557 "]
      control    = ["2557 "]
      journal    = ["30 checkpoints/", "90 claims/"]
    }
    error_message = "expected 90 days of landing and failed, 30 days of staging, 7 years of the rest; of the journal neither events nor the lease. Found ${jsonencode(output.buckets)}."
  }
}

run "prod_locks_retention_of_control_quarantine_archive_and_reports_and_of_nothing_else" {
  command = plan

  assert {
    condition     = jsonencode([for folder, bucket in output.buckets : folder if bucket.retention_locked]) == jsonencode(["archive", "control", "quarantine", "reports"])
    error_message = "expected locks on archive, control, quarantine and reports."
  }
  assert {
    condition     = alltrue([for bucket in values(output.buckets) : bucket.retention_days == null || !bucket.versioning])
    error_message = "expected no bucket with both a retention policy and versioning: Cloud Storage refuses it."
  }
  assert {
    # The lease replaces and deletes its objects: under a retention policy no run could begin.
    condition     = output.buckets["journal"].retention_days == null && output.buckets["landing"].retention_days == null
    error_message = "expected no retention policy where objects are deleted by design."
  }
  assert {
    condition     = alltrue([for bucket in values(output.buckets) : !bucket.force_destroy]) && alltrue([for dataset in values(output.datasets) : !dataset.delete_contents_on_destroy])
    error_message = "expected prod to refuse the destruction of what holds data."
  }
}

run "int_locks_nothing_and_may_be_taken_down" {
  command = plan

  variables {
    environment = "int"
  }
  assert {
    condition     = alltrue([for bucket in values(output.buckets) : !bucket.retention_locked && bucket.force_destroy])
    error_message = "expected int to be removable."
  }
  assert {
    condition     = output.buckets["control"].retention_days == 2557
    error_message = "expected the same retention period in int, without the lock."
  }
}

run "reference_data_and_raw_tables_are_not_expired_by_their_dataset" {
  command = plan

  assert {
    condition     = jsonencode([for layer, dataset in output.datasets : layer if dataset.partition_expiration_days == null]) == jsonencode(["dimensions", "raw", "snapshots", "staging"])
    error_message = "expected an expiration of partitions for curation, consumer and control only."
  }
  assert {
    condition     = alltrue([for dataset in values(output.datasets) : coalesce(dataset.partition_expiration_days, 2557) == 2557])
    error_message = "expected 7 years."
  }
}

mock_provider "google" {}

variables {
  project_id = "markets-int"
  region     = "europe-west1"
  kms_key    = "projects/markets-int/locations/europe-west1/keyRings/markets/cryptoKeys/storage"
  topic_ids  = { markets-landing = "projects/markets-int/topics/markets-landing" }
  buckets = {
    landing = {
      name            = "markets-int-landing", description = "Where files arrive", delete_rules = [{ age_days = 90, prefixes = [] }]
      storage_classes = [], retention_locked = false, versioning = true, soft_delete_days = 7, noncurrent_days = 30, force_destroy = true
    }
    archive = {
      name            = "markets-int-archive", description = "Originals", delete_rules = [{ age_days = 2557, prefixes = [] }], retention_days = 2557
      storage_classes = [], retention_locked = true, versioning = false, soft_delete_days = 0, noncurrent_days = 30, force_destroy = false
    }
  }
}

run "every_bucket_is_closed_and_encrypted" {
  command = plan

  assert {
    condition = alltrue([for bucket in values(google_storage_bucket.this) :
      bucket.uniform_bucket_level_access && bucket.public_access_prevention == "enforced" && bucket.encryption[0].default_kms_key_name == var.kms_key
    ])
    error_message = "expected uniform access, no public access and our key on every bucket."
  }
  assert {
    condition     = tonumber(google_storage_bucket.this["archive"].retention_policy[0].retention_period) == 220924800 && google_storage_bucket.this["archive"].retention_policy[0].is_locked && length(google_storage_bucket.this["landing"].retention_policy) == 0
    error_message = "expected seven years, locked, on the archive and no policy on landing, found ${jsonencode(google_storage_bucket.this["archive"].retention_policy)}."
  }
  assert {
    condition     = [for rule in google_storage_bucket.this["landing"].lifecycle_rule : one(rule.condition).age if one(rule.action).type == "Delete"][0] == 90
    error_message = "expected landing to be emptied after 90 days."
  }
}

run "a_rule_that_deletes_before_retention_ends_is_refused" {
  command = plan

  variables {
    buckets = {
      archive = {
        name            = "markets-int-archive", description = "Originals", delete_rules = [{ age_days = 30, prefixes = [] }], retention_days = 2557
        storage_classes = [], retention_locked = true, versioning = false, soft_delete_days = 0, noncurrent_days = 30, force_destroy = false
      }
    }
  }
  expect_failures = [var.buckets]
}

run "retention_with_versioning_is_refused" {
  command = plan

  variables {
    buckets = {
      archive = {
        name            = "markets-int-archive", description = "Originals", delete_rules = [], retention_days = 2557
        storage_classes = [], retention_locked = true, versioning = true, soft_delete_days = 0, noncurrent_days = 30, force_destroy = false
      }
    }
  }
  expect_failures = [var.buckets]
}

run "a_right_on_a_prefix_is_no_right_on_the_bucket" {
  command = plan

  variables {
    grants         = { own = { scope = "bucket", target = "landing", account = "lane", role = "roles/storage.objectUser" }, all = { scope = "bucket", target = "landing", account = "lane", role = "roles/storage.objectViewer" } }
    grant_prefixes = { own = "reports/instances/" }
    members        = { lane = "serviceAccount:lane@project.iam.gserviceaccount.com" }
  }
  assert {
    condition     = google_storage_bucket_iam_member.this["own"].condition[0].expression == "resource.name.startsWith(\"projects/_/buckets/markets-int-landing/objects/reports/instances/\")" && length(google_storage_bucket_iam_member.this["all"].condition) == 0
    error_message = "expected a condition on the one grant only."
  }
}

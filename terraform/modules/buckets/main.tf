resource "google_storage_bucket" "this" {
  for_each = var.buckets

  project                     = var.project_id
  name                        = each.value.name
  location                    = var.region
  storage_class               = "STANDARD"
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  force_destroy               = each.value.force_destroy
  labels                      = merge(var.labels, { folder = each.key })

  encryption {
    default_kms_key_name = var.kms_key
  }

  versioning {
    enabled = each.value.versioning
  }

  # Explicit: the service's own default is 7 days, which bills every heartbeat of the lease for a week.
  soft_delete_policy {
    retention_duration_seconds = each.value.soft_delete_days * 86400
  }

  dynamic "retention_policy" {
    for_each = each.value.retention_days == null ? [] : [each.value.retention_days]
    content {
      retention_period = retention_policy.value * 86400
      is_locked        = each.value.retention_locked
    }
  }

  dynamic "lifecycle_rule" {
    for_each = each.value.delete_rules
    content {
      action {
        type = "Delete"
      }
      condition {
        age            = lifecycle_rule.value.age_days
        matches_prefix = lifecycle_rule.value.prefixes
        with_state     = "ANY"
      }
    }
  }

  dynamic "lifecycle_rule" {
    for_each = each.value.versioning ? [each.value.noncurrent_days] : []
    content {
      action {
        type = "Delete"
      }
      condition {
        days_since_noncurrent_time = lifecycle_rule.value
        with_state                 = "ARCHIVED"
      }
    }
  }

  dynamic "lifecycle_rule" {
    for_each = each.value.storage_classes
    content {
      action {
        type          = "SetStorageClass"
        storage_class = lifecycle_rule.value.storage_class
      }
      condition {
        age        = lifecycle_rule.value.age_days
        with_state = "ANY"
      }
    }
  }

  # Parts of uploads that broke off are no objects: nobody lists them, and they are billed.
  lifecycle_rule {
    action {
      type = "AbortIncompleteMultipartUpload"
    }
    condition {
      age = 7
    }
  }
}

resource "google_storage_bucket_iam_member" "this" {
  for_each = { for key, grant in var.grants : key => grant if grant.scope == "bucket" }

  bucket = google_storage_bucket.this[each.value.target].name
  role   = each.value.role
  member = var.members[each.value.account]

  dynamic "condition" {
    for_each = contains(keys(var.grant_prefixes), each.key) ? [var.grant_prefixes[each.key]] : []
    content {
      title       = "below-one-folder"
      description = "Names that begin with ${condition.value}"
      expression  = "resource.name.startsWith(\"projects/_/buckets/${google_storage_bucket.this[each.value.target].name}/objects/${condition.value}\")"
    }
  }
}

resource "google_storage_managed_folder" "this" {
  for_each = var.managed_folders

  bucket        = google_storage_bucket.this[each.value.bucket].name
  name          = each.value.prefix
  force_destroy = var.buckets[each.value.bucket].force_destroy
}

resource "google_storage_managed_folder_iam_member" "this" {
  for_each = var.folder_grants

  bucket         = google_storage_managed_folder.this[each.value.folder].bucket
  managed_folder = google_storage_managed_folder.this[each.value.folder].name
  role           = each.value.role
  member         = each.value.member
}

resource "google_storage_notification" "this" {
  for_each = var.notifications

  bucket         = google_storage_bucket.this[each.key].name
  topic          = var.topic_ids[each.value]
  payload_format = "JSON_API_V1"
  event_types    = ["OBJECT_FINALIZE"]
}

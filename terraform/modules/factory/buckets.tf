# One bucket a top folder of the root. A retention policy is one a bucket, so control/ is two of them: what is the record
# (sealed days of events, specs, ledgers of reporters) lies in NAME-control; what the lanes replace and delete by design (lease, claims, checkpoints,
# segments of open days, the progress of streams) in NAME-journal. core/adapters/gcs routes by the same table; docs/cloud/terraform.md shows it.

locals {
  seven_years_days = 2557 # 7 x 365 and two leap days

  folders = {
    landing = {
      description      = "Where files arrive"
      delete_rules     = [{ age_days = 90 }]
      versioning       = true
      soft_delete_days = 7
    }
    staging = {
      description      = "Accepted rows as Parquet, loaded into BigQuery"
      delete_rules     = [{ age_days = 30 }]
      versioning       = false
      soft_delete_days = 7
    }
    quarantine = {
      description    = "Refused records with raw bytes, place and findings"
      delete_rules   = [{ age_days = local.seven_years_days }]
      retention_days = local.seven_years_days
    }
    failed = {
      description      = "Refused files with their reports"
      delete_rules     = [{ age_days = 90 }]
      versioning       = true
      soft_delete_days = 7
    }
    archive = {
      description    = "Originals of accepted files, unchanged"
      delete_rules   = [{ age_days = local.seven_years_days }]
      retention_days = local.seven_years_days
      storage_classes = [
        { age_days = 90, storage_class = "NEARLINE" },
        { age_days = 365, storage_class = "ARCHIVE" },
      ]
    }
    extracts = {
      description      = "What the surveillance partner gets, with manifests"
      delete_rules     = [{ age_days = local.seven_years_days }]
      versioning       = true
      soft_delete_days = 7
      storage_classes  = [{ age_days = 90, storage_class = "NEARLINE" }]
    }
    history = {
      description      = "Records of streams as Parquet by day, with their states in the journal"
      delete_rules     = [{ age_days = local.seven_years_days }]
      versioning       = false
      soft_delete_days = 7
      storage_classes  = [{ age_days = 90, storage_class = "NEARLINE" }]
    }
    reports = {
      description    = "Reports to regulators as they were sent, and how each ended"
      delete_rules   = [{ age_days = local.seven_years_days }]
      retention_days = local.seven_years_days
      storage_classes = [
        { age_days = 90, storage_class = "NEARLINE" },
        { age_days = 365, storage_class = "ARCHIVE" },
      ]
    }
    control = {
      description    = "The record: sealed days of events, specs, ledgers of reporters"
      delete_rules   = [{ age_days = local.seven_years_days }]
      retention_days = local.seven_years_days
    }
    journal = {
      description = "What moves: open days of events, lease, claims, checkpoints, progress of streams, heartbeats of reporters"
      # By prefix only: the highest epoch of the lease counts for ever, and an open day's events are the truth.
      delete_rules = [
        { age_days = 30, prefixes = ["checkpoints/"] },
        { age_days = 90, prefixes = ["claims/"] },
      ]
      soft_delete_days = 30
    }
  }

  buckets = { for folder, settings in local.folders : folder => {
    name             = "${var.name}-${folder}"
    description      = settings.description
    delete_rules     = [for rule in settings.delete_rules : { age_days = rule.age_days, prefixes = try(rule.prefixes, []) }]
    storage_classes  = try(settings.storage_classes, [])
    retention_days   = try(settings.retention_days, null)
    retention_locked = try(settings.retention_days, null) != null && local.is_protected
    # A retention policy and versioning exclude each other; the policy forbids overwriting anyway.
    versioning       = try(settings.versioning, false)
    soft_delete_days = try(settings.soft_delete_days, 0)
    # A superseded version goes after this time, so that versioning does not outlive the folder's own rule.
    noncurrent_days = 30
    force_destroy   = !local.is_protected
  } }

  # The folder part of a path pattern before its first wildcard: murex/trades_*.xml -> murex/.
  landing_prefix = { for name, source in local.source : name =>
    source.path_pattern == null ? "" : regex("^(?:[^*?\\[{/]+/)*", source.path_pattern)
  }

  managed_folders = merge(
    { for prefix in distinct(values(local.landing_prefix)) : "landing/${prefix}" => {
      bucket  = "landing"
      prefix  = prefix
      sources = [for name in local.source_names : name if local.landing_prefix[name] == prefix]
    } if prefix != "" },
    { for name in local.source_names : "quarantine/${name}/" => {
      bucket  = "quarantine"
      prefix  = "${name}/"
      sources = [name]
    } if contains(["file", "api"], local.source[name].type) },
  )

  is_protected = var.environment == "prod"
}

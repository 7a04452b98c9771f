output "sources" {
  description = "Every source by name, with the file of its spec."
  value       = local.source

  precondition {
    condition     = length(local.specs) > 0
    error_message = "expected source specs below ${var.specs_folder}, found none."
  }
  precondition {
    condition     = alltrue([for claims in values(local.sources) : length(claims) == 1])
    error_message = "expected one file a source, found several: ${join("; ", [for name, claims in local.sources : "${name} in ${join(", ", claims[*].file)}" if length(claims) > 1])}."
  }
  precondition {
    condition     = alltrue([for source in values(local.source) : contains(["file", "stream", "api"], source.type)])
    error_message = "expected source.type file, stream or api, found: ${join("; ", [for name, source in local.source : "${name}: ${source.type}" if !contains(["file", "stream", "api"], source.type)])}."
  }
  precondition {
    condition     = alltrue([for source in values(local.file_sources) : source.path_pattern != null])
    error_message = "expected source.path_pattern of every file source, found none in: ${join(", ", [for name, source in local.file_sources : name if source.path_pattern == null])}."
  }
  precondition {
    condition     = alltrue([for stream in values(local.streams) : stream.kafka_topic != null])
    error_message = "expected stream.kafka_topic of every stream, found none in: ${join(", ", [for name, stream in local.streams : name if stream.kafka_topic == null])}."
  }
}

output "resources_by_source" {
  description = "What each source yields: keys of managed_folders, topics, subscriptions, envelope_tables and secrets."
  value       = local.resources_by_source

  precondition {
    condition     = alltrue([for resources in values(local.resources_by_source) : length(resources) > 0])
    error_message = "expected resources of every source, found none for: ${join(", ", [for name, resources in local.resources_by_source : name if length(resources) == 0])}."
  }
}

locals {
  resources_by_source = { for name, source in local.source : name => concat(
    [for key, folder in local.managed_folders : "managed_folder ${key}" if contains(folder.sources, name)],
    [for key, topic in local.topics : "topic ${key}" if topic.source == name],
    [for key, subscription in local.subscriptions : "subscription ${key}" if subscription.source == name],
    [for key, table in local.envelope_tables : "table raw.${key}" if table.source == name],
    [for secret in compact([try(source.api.auth, "")]) : "secret ${secret}"],
  ) }
}

output "buckets" {
  description = "Folder -> bucket: name, lifecycle, retention, versioning, soft delete."
  value       = local.buckets
}

output "managed_folders" {
  description = "Folders with rights of their own: landing by path pattern, quarantine by source."
  value       = local.managed_folders
}

output "folder_grants" {
  description = "Rights of members that the variables name, each on one managed folder."
  value       = { for key, grants in local.folder_grants : key => grants[0] }

  precondition {
    condition     = alltrue([for name in concat(keys(var.landing_writers), keys(var.quarantine_readers)) : contains(local.source_names, name)])
    error_message = "expected names of sources in landing_writers and quarantine_readers, found: ${join(", ", setsubtract(concat(keys(var.landing_writers), keys(var.quarantine_readers)), local.source_names))}."
  }
  precondition {
    # Without a folder of its own the right would be one on the whole landing bucket.
    condition     = alltrue([for name in keys(var.landing_writers) : try(local.landing_prefix[name], "-") != ""])
    error_message = "expected a path_pattern with a folder before its first wildcard for each of landing_writers, found none in: ${join(", ", [for name in keys(var.landing_writers) : name if try(local.landing_prefix[name], "-") == ""])}."
  }
  precondition {
    condition     = alltrue([for member in flatten(concat(values(var.landing_writers), values(var.quarantine_readers))) : can(regex("^(user|group|serviceAccount|principal|principalSet):", member))])
    error_message = "expected members such as group:desk@bank.example or serviceAccount:..., never allUsers or allAuthenticatedUsers."
  }
}

output "datasets" {
  description = "Layer -> dataset."
  value       = local.datasets
}

output "policy_tags" {
  description = "Classification of a column -> description of its policy tag."
  value       = local.policy_tags
}

output "envelope_tables" {
  description = "Tables that BigQuery subscriptions fill, by table name."
  value       = local.envelope_tables
}

output "envelope_columns" {
  description = "The one schema of every envelope table."
  value       = local.envelope_columns
}

output "topics" {
  description = "Pub/Sub topics by name."
  value       = local.topics

  precondition {
    condition     = length(local.topics) == length(local.lane_topics) + 2 * length(local.streams) + length(local.candle_streams) + length(local.reporter_topics)
    error_message = "expected a topic and a dead-letter topic of its own for every stream, found one twice: ${join(", ", flatten([for stream in values(local.streams) : [stream.topic, stream.dead_letter_topic]]))}."
  }
  precondition {
    condition     = alltrue([for topic in keys(local.topics) : can(regex("^[A-Za-z][A-Za-z0-9._~%+-]{2,230}$", topic)) && !startswith(topic, "goog")])
    error_message = "expected topic names of 3 to 231 letters, digits, . _ ~ % + or -, beginning with a letter and not with goog, found: ${join(", ", [for topic in keys(local.topics) : topic if !can(regex("^[A-Za-z][A-Za-z0-9._~%+-]{2,230}$", topic)) || startswith(topic, "goog")])}."
  }
}

output "schemas" {
  description = "Source -> protobuf schema of the messages of its topic, from its columns."
  value       = local.schemas
}

output "subscriptions" {
  description = "Pub/Sub subscriptions by name."
  value       = local.subscriptions
}

output "reporter_audiences" {
  description = "Way into the reporter (push, events, admin) -> audience of the tokens of its callers."
  value       = local.reporter_audiences

  precondition {
    condition     = alltrue([for name in var.reported_sources : contains(keys(local.streams), name)])
    error_message = "expected streams in reported_sources, found: ${join(", ", setsubtract(var.reported_sources, keys(local.streams)))}."
  }
}

output "grant_prefixes" {
  description = "Key of a grant on a bucket -> the names that it holds for begin with this."
  value       = local.grant_prefixes
}

output "operator_grants" {
  description = "Members of reporter_operators, each on one account."
  value       = local.operator_grants
}

output "landing_topic" {
  description = "Topic of the landing bucket's notifications."
  value       = local.landing_topic
}

output "secrets" {
  description = "Secret Manager containers by name; their values are never Terraform's."
  value       = local.secrets

  precondition {
    condition     = alltrue([for secret in keys(local.secrets) : can(regex("^[A-Za-z0-9_-]{1,255}$", secret))])
    error_message = "expected api.auth to be the name of a secret: letters, digits, _ and -."
  }
}

output "keys" {
  description = "KMS keys by name, with the agent that uses each."
  value       = local.keys
}

output "accounts" {
  description = "Service accounts, one a lane, and those that start or deploy them."
  value       = local.accounts
}

output "agents" {
  description = "Google's own accounts that grants may name."
  value       = local.agents
}

output "grants" {
  description = "Every grant of the platform: scope, target, account, role."
  value       = local.grants
}

output "is_protected" {
  description = "Whether what holds data is protected from being destroyed."
  value       = local.is_protected
}

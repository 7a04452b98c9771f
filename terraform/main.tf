# One root for every environment. The factory reads the specs and says what is to be; the other modules make it.

locals {
  name   = coalesce(var.name, var.project_id)
  labels = { system = "markets", environment = var.environment }
}

module "factory" {
  source = "./modules/factory"

  specs_folder       = coalesce(var.specs_folder, "${path.root}/../source_specs")
  name               = local.name
  environment        = var.environment
  dataset_prefix     = var.dataset_prefix
  landing_writers    = var.landing_writers
  quarantine_readers = var.quarantine_readers
  reported_sources   = var.reported_sources
  reporter_secrets   = var.reporter_secrets
  reporter_operators = var.reporter_operators
}

data "google_project" "this" {
  project_id = var.project_id
}

# Asking for these two agents also makes them.
data "google_storage_project_service_account" "this" {
  project = var.project_id
}

data "google_bigquery_default_service_account" "this" {
  project = var.project_id
}

module "service_accounts" {
  source = "./modules/service-accounts"

  project_id           = var.project_id
  accounts             = module.factory.accounts
  grants               = module.factory.grants
  operator_grants      = module.factory.operator_grants
  kubernetes_namespace = var.kubernetes_namespace
  github_repository    = var.github_repository
  terraform_account    = var.terraform_account
  environment          = var.environment
}

locals {
  agent_members = {
    storage_agent  = "serviceAccount:${data.google_storage_project_service_account.this.email_address}"
    bigquery_agent = "serviceAccount:${data.google_bigquery_default_service_account.this.email}"
    pubsub_agent   = "serviceAccount:service-${data.google_project.this.number}@gcp-sa-pubsub.iam.gserviceaccount.com"
    artifact_agent = "serviceAccount:service-${data.google_project.this.number}@gcp-sa-artifactregistry.iam.gserviceaccount.com"
  }
  members = merge(local.agent_members, module.service_accounts.members)
}

module "kms" {
  source = "./modules/kms"

  project_id = var.project_id
  region     = var.region
  keys       = module.factory.keys
  grants     = module.factory.grants
  members    = local.members
  labels     = local.labels
}

module "buckets" {
  source = "./modules/buckets"

  project_id      = var.project_id
  region          = var.region
  buckets         = module.factory.buckets
  managed_folders = module.factory.managed_folders
  folder_grants   = module.factory.folder_grants
  notifications   = { landing = module.factory.landing_topic }
  topic_ids       = module.pubsub.topic_ids
  kms_key         = module.kms.keys["storage"]
  grants          = module.factory.grants
  grant_prefixes  = module.factory.grant_prefixes
  members         = local.members
  labels          = local.labels
}

module "datasets" {
  source = "./modules/datasets"

  project_id          = var.project_id
  region              = var.region
  datasets            = module.factory.datasets
  envelope_tables     = module.factory.envelope_tables
  envelope_columns    = module.factory.envelope_columns
  policy_tags         = module.factory.policy_tags
  deletion_protection = module.factory.is_protected
  kms_key             = module.kms.keys["bigquery"]
  grants              = module.factory.grants
  members             = local.members
  labels              = local.labels
}

module "pubsub" {
  source = "./modules/pubsub"

  project_id       = var.project_id
  region           = var.region
  topics           = module.factory.topics
  subscriptions    = module.factory.subscriptions
  schemas          = module.factory.schemas
  table_references = module.datasets.table_references
  push_account     = module.service_accounts.emails["push"]
  push_endpoints = var.images.reporter == null ? {} : {
    reporter = {
      url      = module.cloud_run.service_urls["reporter"]
      audience = module.factory.reporter_audiences.push
    }
  }
  kms_key = module.kms.keys["pubsub"]
  grants  = module.factory.grants
  members = local.members
  labels  = local.labels
}

module "secrets" {
  source = "./modules/secrets"

  project_id          = var.project_id
  region              = var.region
  secrets             = module.factory.secrets
  deletion_protection = module.factory.is_protected
  grants              = module.factory.grants
  members             = local.members
  labels              = local.labels
}

module "artifact_registry" {
  source = "./modules/artifact-registry"

  project_id = var.project_id
  region     = var.region
  readers    = var.image_readers
  kms_key    = module.kms.keys["artifacts"]
  grants     = module.factory.grants
  members    = local.members
  labels     = local.labels
}

locals {
  lane_environment = {
    MARKETS_ROOT              = "gs://${local.name}"
    METADATA_SERVER_DETECTION = "assume-present"
    NODE_COMPILE_CACHE        = "/tmp/compile-cache"
  }
  lane_arguments = ["--env", var.environment, "--attention-ok", "--log-level", "info"]

  all_jobs = {
    # With several tasks, task 0 is the run and the others take a share of its files by claims; each learns its number from CLOUD_RUN_TASK_INDEX.
    run = {
      name          = "markets-run"
      image         = var.images.lane
      account_email = module.service_accounts.emails["orchestrator"]
      arguments     = concat(["run"], local.lane_arguments, var.run_tasks > 1 ? ["--tasks", tostring(var.run_tasks)] : [])
      environment   = local.lane_environment
      schedule      = "0 * * * *"
      paused        = var.run_on != "cloud_run"
      task_count    = var.run_tasks
      parallelism   = var.run_tasks
    }
  }

  jobs = { for name, job in local.all_jobs : name => job if job.image != null }

  all_services = {
    reporter = {
      name            = "markets-reporter"
      image           = var.images.reporter
      account_email   = module.service_accounts.emails["reporter"]
      arguments       = ["--env", var.environment, "--log-level", "info", "reporter", "serve"]
      environment     = local.lane_environment
      audiences       = [for audience in values(module.factory.reporter_audiences) : audience]
      cpu_always      = true
      collector_image = var.images.collector
      min_instances   = var.reporter_instances.min
      max_instances   = var.reporter_instances.max
      # Below reporter.service.connections_max, and a fifth of an instance's events may wait at once (reporter.pipeline.queue_events_max).
      concurrency = 200
      cpu         = "2"
      memory      = "2Gi"
    }
  }
  all_worker_pools = { for name in ["bridge", "candles"] : name => {
    name          = "markets-${name}"
    image         = var.images.streaming
    account_email = module.service_accounts.emails[name]
    arguments     = [name, "--env", var.environment]
    environment   = local.lane_environment
    instances     = var.streaming_instances
  } }
  # Kubernetes scales them by the lag (streaming/k8s); a worker pool has the number of instances that it is given.
  worker_pools = { for name, pool in local.all_worker_pools : name => pool if var.images.streaming != null && var.stream_on == "cloud_run" }
  services     = { for name, service in local.all_services : name => service if service.image != null }
}

module "cloud_run" {
  source = "./modules/cloud-run"

  project_id          = var.project_id
  region              = var.region
  jobs                = local.jobs
  services            = local.services
  worker_pools        = local.worker_pools
  scheduler_email     = module.service_accounts.emails["scheduler"]
  deletion_protection = module.factory.is_protected
  grants              = module.factory.grants
  members             = local.members
  labels              = local.labels
}

module "monitoring" {
  source = "./modules/monitoring"

  project_id          = var.project_id
  notification_emails = var.notification_emails
  run_job             = var.run_on == "cloud_run" && var.images.lane != null ? local.all_jobs.run.name : null
  log_resource_type   = var.run_on == "cloud_run" ? "cloud_run_job" : "k8s_container"
  reporter_service    = var.images.reporter == null ? null : local.all_services.reporter.name
  # The rules that Prometheus has too; they want the figures that the collector brings.
  reporter_rules = { for rule in flatten([
    for group in yamldecode(file("${path.root}/../reporter/monitoring/rules.yaml")).groups : group.rules
  ]) : rule.alert => merge(rule, { hold = try(rule["for"], "0s") }) if var.images.reporter != null && var.images.collector != null }
  # Five minutes for what is to arrive within seconds; an hour for landing, which the hourly run looks after too.
  subscriptions = { for name, subscription in module.factory.subscriptions :
    name => subscription.topic == module.factory.landing_topic ? 3600 : subscription.kind == "push" ? 60 : 300
    if !module.factory.topics[subscription.topic].is_dead_letter
  }
  dead_letter_topics = [for name, topic in module.factory.topics : name if topic.is_dead_letter]
  labels             = local.labels
}

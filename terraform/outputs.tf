output "config" {
  description = "What config/<environment>.yaml needs of what was made."
  value = {
    root  = "gs://${local.name}"
    store = { project = var.project_id }
    warehouse = {
      kind           = "bigquery"
      project        = var.project_id
      location       = var.region
      dataset_prefix = var.dataset_prefix
    }
    secrets = { from = "google", google_project = var.project_id }
  }
}

output "buckets" {
  description = "Folder of the root -> bucket."
  value       = module.buckets.names
}

output "policy_tags" {
  description = "Classification of a column -> full name of its policy tag."
  value       = module.datasets.policy_tags
}

output "image_prefix" {
  description = "Where images are pushed: HOST/PROJECT/REPOSITORY."
  value       = module.artifact_registry.image_prefix
}

output "accounts" {
  description = "Service accounts: e-mail of each."
  value       = module.service_accounts.emails
}

output "workload_identity_provider" {
  description = "Provider that GitHub's workflows name; null without a repository."
  value       = module.service_accounts.workload_identity_provider
}

output "secrets" {
  description = "Secrets that wait for a value."
  value       = module.secrets.secret_ids
}

output "resources_by_source" {
  description = "What each source spec yielded."
  value       = module.factory.resources_by_source
}

output "services" {
  description = "Cloud Run services: URL of each."
  value       = module.cloud_run.service_urls
}

output "reporter" {
  description = "What reporter.intake of config/<environment>.yaml needs: audience and account of each way in."
  value = { for way, account in { push = "push", events = "replay", admin = "reporting" } : way => {
    audience = module.factory.reporter_audiences[way]
    account  = module.service_accounts.emails[account]
  } }
}

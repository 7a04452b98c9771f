output "emails" {
  description = "Account -> e-mail."
  value       = { for name, account in google_service_account.this : name => account.email }
}

output "members" {
  description = "Account -> IAM member."
  value       = { for name, account in google_service_account.this : name => account.member }
}

output "workload_identity_provider" {
  description = "Full name of the provider for GitHub's workflows; null without one."
  value       = one(google_iam_workload_identity_pool_provider.github[*].name)
}

output "secret_ids" {
  description = "Names of the containers, sorted."
  value       = sort([for secret in google_secret_manager_secret.this : secret.secret_id])
}

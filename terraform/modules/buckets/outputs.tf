output "names" {
  description = "Folder of the root -> name of its bucket."
  value       = { for folder, bucket in google_storage_bucket.this : folder => bucket.name }
}

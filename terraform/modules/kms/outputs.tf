output "keys" {
  description = "Key name -> id, known only after its agent may use it."
  value       = { for name, key in google_kms_crypto_key.this : name => key.id }
  depends_on  = [google_kms_crypto_key_iam_member.this]
}

# Keys of ours for everything that holds data. Destroying a key destroys the data: Terraform refuses it in every environment.

resource "google_kms_key_ring" "this" {
  project  = var.project_id
  name     = var.ring
  location = var.region

  lifecycle {
    prevent_destroy = true
  }
}

resource "google_kms_crypto_key" "this" {
  for_each = var.keys

  name                       = each.key
  key_ring                   = google_kms_key_ring.this.id
  purpose                    = "ENCRYPT_DECRYPT"
  rotation_period            = "7776000s" # 90 days
  destroy_scheduled_duration = "2592000s" # 30 days to change one's mind
  labels                     = var.labels

  lifecycle {
    prevent_destroy = true
  }
}

resource "google_kms_crypto_key_iam_member" "this" {
  for_each = { for key, grant in var.grants : key => grant if grant.scope == "key" }

  crypto_key_id = google_kms_crypto_key.this[each.value.target].id
  role          = each.value.role
  member        = var.members[each.value.account]
}

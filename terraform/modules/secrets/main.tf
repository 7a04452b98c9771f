resource "google_secret_manager_secret" "this" {
  for_each = var.secrets

  project             = var.project_id
  secret_id           = each.key
  deletion_protection = var.deletion_protection
  labels              = var.labels
  annotations         = { description = each.value.description }
  # A destroyed version can be brought back for this time.
  version_destroy_ttl = "604800s"

  replication {
    user_managed {
      replicas {
        location = var.region
      }
    }
  }
}

resource "google_secret_manager_secret_iam_member" "this" {
  for_each = { for key, grant in var.grants : key => grant if grant.scope == "secret" }

  project   = var.project_id
  secret_id = google_secret_manager_secret.this[each.value.target].secret_id
  role      = each.value.role
  member    = var.members[each.value.account]
}

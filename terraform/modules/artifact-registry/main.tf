resource "google_artifact_registry_repository" "this" {
  project       = var.project_id
  location      = var.region
  repository_id = var.repository
  description   = "Container images of the lanes"
  format        = "DOCKER"
  kms_key_name  = var.kms_key
  labels        = var.labels

  # A tag names one image for ever, so that what was tested is what is promoted.
  docker_config {
    immutable_tags = true
  }
}

resource "google_artifact_registry_repository_iam_member" "this" {
  for_each = { for key, grant in var.grants : key => grant if grant.scope == "repository" }

  project    = var.project_id
  location   = google_artifact_registry_repository.this.location
  repository = google_artifact_registry_repository.this.repository_id
  role       = each.value.role
  member     = var.members[each.value.account]
}

resource "google_artifact_registry_repository_iam_member" "reader" {
  for_each = toset(var.readers)

  project    = var.project_id
  location   = google_artifact_registry_repository.this.location
  repository = google_artifact_registry_repository.this.repository_id
  role       = "roles/artifactregistry.reader"
  member     = each.value
}

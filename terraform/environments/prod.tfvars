# Production: retention policies are locked for seven years from the first apply on, and cannot be shortened by anybody.
environment          = "prod"
project_id           = "markets-prod"
region               = "europe-west1"
kubernetes_namespace = "markets"

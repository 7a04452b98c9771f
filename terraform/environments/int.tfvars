# Integration: nothing is locked, everything can be taken down again.
environment          = "int"
project_id           = "markets-int"
region               = "europe-west1"
kubernetes_namespace = "markets"

locals {
  # The image is read-only but for /tmp, which is memory here: a file and its spool must fit into the job's memory.
  own_environment = { TMPDIR = "/tmp", HOME = "/tmp/home" }
}

resource "google_cloud_run_v2_job" "this" {
  for_each = var.jobs

  project             = var.project_id
  location            = var.region
  name                = each.value.name
  deletion_protection = var.deletion_protection
  labels              = var.labels

  template {
    task_count  = each.value.task_count
    parallelism = each.value.parallelism
    labels      = var.labels

    template {
      service_account = each.value.account_email
      timeout         = "${each.value.timeout_seconds}s"
      max_retries     = each.value.max_retries

      containers {
        image = each.value.image
        args  = each.value.arguments

        resources {
          limits = { cpu = each.value.cpu, memory = each.value.memory }
        }

        dynamic "env" {
          for_each = merge(local.own_environment, each.value.environment)
          content {
            name  = env.key
            value = env.value
          }
        }

        volume_mounts {
          name       = "scratch"
          mount_path = "/tmp"
        }
      }

      volumes {
        name = "scratch"
        empty_dir {
          medium = "MEMORY"
        }
      }
    }
  }

  lifecycle {
    # A deployment brings the image of a job, by its digest; Terraform sets the first one only.
    ignore_changes = [template[0].template[0].containers[0].image, client, client_version]
  }
}

resource "google_cloud_run_v2_job_iam_member" "this" {
  for_each = { for key, grant in var.grants : key => grant if grant.scope == "job" && contains(keys(var.jobs), grant.target) }

  project  = var.project_id
  location = google_cloud_run_v2_job.this[each.value.target].location
  name     = google_cloud_run_v2_job.this[each.value.target].name
  role     = each.value.role
  member   = var.members[each.value.account]
}

resource "google_cloud_scheduler_job" "this" {
  for_each = { for name, job in var.jobs : name => job if job.schedule != null }

  project     = var.project_id
  region      = var.region
  name        = "${each.value.name}-scheduled"
  description = "Starts ${each.value.name}; a run that finds another at work leaves, so a double start is harmless"
  schedule    = each.value.schedule
  time_zone   = "Etc/UTC"
  paused      = each.value.paused
  # The answer comes when the job was started, not when it has ended.
  attempt_deadline = "60s"

  retry_config {
    retry_count          = 3
    min_backoff_duration = "10s"
    max_backoff_duration = "60s"
  }

  http_target {
    http_method = "POST"
    uri         = "https://run.googleapis.com/v2/${google_cloud_run_v2_job.this[each.key].id}:run"

    oauth_token {
      service_account_email = var.scheduler_email
      scope                 = "https://www.googleapis.com/auth/cloud-platform"
    }
  }
}

resource "google_cloud_run_v2_service" "this" {
  for_each = var.services

  project             = var.project_id
  location            = var.region
  name                = each.value.name
  ingress             = "INGRESS_TRAFFIC_INTERNAL_ONLY"
  custom_audiences    = length(each.value.audiences) == 0 ? null : each.value.audiences
  deletion_protection = var.deletion_protection
  labels              = var.labels

  template {
    service_account                  = each.value.account_email
    timeout                          = "${each.value.timeout_seconds}s"
    max_instance_request_concurrency = each.value.concurrency
    labels                           = var.labels

    scaling {
      min_instance_count = each.value.min_instances
      max_instance_count = each.value.max_instances
    }

    containers {
      name  = each.key
      image = each.value.image
      args  = each.value.arguments

      ports {
        container_port = each.value.port
      }

      resources {
        limits            = { cpu = each.value.cpu, memory = each.value.memory }
        cpu_idle          = !each.value.cpu_always
        startup_cpu_boost = true
      }

      dynamic "env" {
        for_each = merge(local.own_environment, each.value.environment)
        content {
          name  = env.key
          value = env.value
        }
      }

      # Four minutes at most, which is all that the service allows. Nothing is sent to an instance before.
      startup_probe {
        period_seconds    = 5
        timeout_seconds   = 4
        failure_threshold = 48
        http_get {
          path = each.value.ready_path
          port = each.value.port
        }
      }

      liveness_probe {
        period_seconds    = 10
        timeout_seconds   = 5
        failure_threshold = 3
        http_get {
          path = each.value.health_path
          port = each.value.port
        }
      }

      volume_mounts {
        name       = "scratch"
        mount_path = "/tmp"
      }
    }

    # Google's collector beside it asks port 8080 for /metrics every 30 s, which is what it does without any configuration.
    dynamic "containers" {
      for_each = each.value.collector_image == null ? [] : [each.value.collector_image]
      content {
        name       = "collector"
        image      = containers.value
        depends_on = [each.key]
        resources {
          limits   = { cpu = "1", memory = "512Mi" }
          cpu_idle = !each.value.cpu_always
        }
      }
    }

    volumes {
      name = "scratch"
      empty_dir {
        medium = "MEMORY"
      }
    }
  }

  lifecycle {
    precondition {
      condition     = each.value.collector_image == null || each.value.port == 8080
      error_message = "expected port 8080 beside a collector, which asks no other."
    }
  }
}

resource "google_cloud_run_v2_worker_pool" "this" {
  for_each = var.worker_pools

  project             = var.project_id
  location            = var.region
  name                = each.value.name
  deletion_protection = var.deletion_protection
  labels              = var.labels

  scaling {
    manual_instance_count = each.value.instances
  }

  template {
    service_account = each.value.account_email
    labels          = var.labels

    containers {
      image = each.value.image
      args  = each.value.arguments

      resources {
        limits = { cpu = each.value.cpu, memory = each.value.memory }
      }

      dynamic "env" {
        for_each = merge(local.own_environment, each.value.environment)
        content {
          name  = env.key
          value = env.value
        }
      }

      volume_mounts {
        name       = "scratch"
        mount_path = "/tmp"
      }
    }

    volumes {
      name = "scratch"
      empty_dir {
        medium = "MEMORY"
      }
    }
  }
}

resource "google_cloud_run_v2_service_iam_member" "this" {
  for_each = { for key, grant in var.grants : key => grant if grant.scope == "service" && contains(keys(var.services), grant.target) }

  project  = var.project_id
  location = google_cloud_run_v2_service.this[each.value.target].location
  name     = google_cloud_run_v2_service.this[each.value.target].name
  role     = each.value.role
  member   = var.members[each.value.account]
}

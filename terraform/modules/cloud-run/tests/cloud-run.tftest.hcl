mock_provider "google" {}

variables {
  project_id          = "markets-int"
  region              = "europe-west1"
  scheduler_email     = "markets-scheduler@markets-int.iam.gserviceaccount.com"
  deletion_protection = true
  jobs = {
    run = { name = "markets-run", image = "lane@sha256:00", account_email = "markets-orchestrator@markets-int.iam.gserviceaccount.com", arguments = ["run"], schedule = "0 * * * *", paused = true, task_count = 4, parallelism = 4 }
  }
  services = {
    reporter = { name = "markets-reporter", image = "reporter@sha256:00", account_email = "markets-reporter@markets-int.iam.gserviceaccount.com", arguments = ["reporter", "serve"], cpu_always = true, min_instances = 2, audiences = ["markets-int/reporter/push"], collector_image = "collector@sha256:00" }
  }
  worker_pools = {
    bridge = { name = "markets-bridge", image = "streaming@sha256:00", account_email = "markets-bridge@markets-int.iam.gserviceaccount.com", arguments = ["bridge"], instances = 3 }
  }
  grants  = { invoker = { scope = "service", target = "reporter", account = "push", role = "roles/run.invoker" } }
  members = { push = "serviceAccount:markets-push@markets-int.iam.gserviceaccount.com" }
}

run "jobs_and_services_are_protected_and_internal" {
  command = plan

  assert {
    condition     = alltrue([for service in values(google_cloud_run_v2_service.this) : service.ingress == "INGRESS_TRAFFIC_INTERNAL_ONLY" && service.deletion_protection]) && alltrue([for job in values(google_cloud_run_v2_job.this) : job.deletion_protection])
    error_message = "expected internal services and protection from destruction."
  }
  assert {
    condition     = keys(google_cloud_scheduler_job.this)[0] == "run" && length(google_cloud_scheduler_job.this) == 1 && google_cloud_scheduler_job.this["run"].paused
    error_message = "expected one schedule, paused where Kubernetes runs the lane."
  }
  assert {
    condition     = google_cloud_run_v2_job.this["run"].template[0].task_count == 4 && google_cloud_run_v2_job.this["run"].template[0].parallelism == 4
    error_message = "expected four tasks at once."
  }
  assert {
    condition     = google_cloud_run_v2_worker_pool.this["bridge"].scaling[0].manual_instance_count == 3 && google_cloud_run_v2_worker_pool.this["bridge"].deletion_protection
    error_message = "expected three protected instances of the bridge, which nobody calls."
  }
  assert {
    condition     = google_cloud_run_v2_service_iam_member.this["invoker"].member == var.members.push
    error_message = "expected only Pub/Sub's pushes to call the reporter."
  }
}

run "the_reporter_works_between_requests_and_is_asked_for_its_figures" {
  command = plan

  assert {
    condition     = !google_cloud_run_v2_service.this["reporter"].template[0].containers[0].resources[0].cpu_idle && google_cloud_run_v2_service.this["reporter"].template[0].scaling[0].min_instance_count == 2
    error_message = "expected CPU at all times on two instances at least: reports go on behind an answered push."
  }
  assert {
    condition     = google_cloud_run_v2_service.this["reporter"].template[0].containers[0].startup_probe[0].http_get[0].path == "/readyz" && google_cloud_run_v2_service.this["reporter"].template[0].containers[0].liveness_probe[0].http_get[0].path == "/healthz"
    error_message = "expected no events before it is ready, and a restart only where a restart helps."
  }
  assert {
    condition     = tolist(google_cloud_run_v2_service.this["reporter"].custom_audiences) == tolist(["markets-int/reporter/push"]) && google_cloud_run_v2_service.this["reporter"].template[0].containers[1].image == "collector@sha256:00"
    error_message = "expected the audience of pushes, and the collector."
  }
}

run "fewer_instances_at_most_than_at_least_are_refused" {
  command = plan

  variables {
    services = { reporter = { name = "markets-reporter", image = "reporter@sha256:00", account_email = "a@b", arguments = [], min_instances = 3, max_instances = 2 } }
  }
  expect_failures = [var.services]
}

run "more_parallel_tasks_than_tasks_are_refused" {
  command = plan

  variables {
    jobs = { run = { name = "markets-run", image = "lane@sha256:00", account_email = "a@b", arguments = [], task_count = 1, parallelism = 2 } }
  }
  expect_failures = [var.jobs]
}

mock_provider "google" {
  override_during = plan

  mock_resource "google_iam_workload_identity_pool" {
    defaults = { name = "projects/1/locations/global/workloadIdentityPools/github" }
  }
}

variables {
  project_id  = "markets-int"
  environment = "int"
  accounts = {
    orchestrator = { id = "markets-orchestrator", description = "Lane 1", runs_in_kubernetes = true }
    deployer     = { id = "markets-deployer", description = "CI", runs_in_kubernetes = false }
    planner      = { id = "markets-planner", description = "Plans", runs_in_kubernetes = false }
  }
}

run "without_cluster_and_repository_nobody_acts_as_an_account" {
  command = plan

  assert {
    condition     = length(google_service_account_iam_member.kubernetes) == 0 && length(google_iam_workload_identity_pool_provider.github) == 0
    error_message = "expected no workload identity."
  }
}

run "one_pod_account_and_the_jobs_of_one_environment_of_one_repository" {
  command = plan

  variables {
    kubernetes_namespace = "markets"
    github_repository    = "bank/markets"
    terraform_account    = "markets-terraform@markets-int.iam.gserviceaccount.com"
  }
  assert {
    condition     = google_service_account_iam_member.kubernetes["orchestrator"].member == "serviceAccount:markets-int.svc.id.goog[markets/markets-orchestrator]" && length(google_service_account_iam_member.kubernetes) == 1
    error_message = "expected the pod's account of the same name only."
  }
  assert {
    condition     = google_iam_workload_identity_pool_provider.github[0].attribute_condition == "assertion.repository == 'bank/markets' && (assertion.ref == 'refs/heads/main' || assertion.environment == 'plan-int')"
    error_message = "expected tokens of one repository only: of its main branch, and of its plans."
  }
  assert {
    condition = jsonencode({ for account, grant in google_service_account_iam_member.github : account => grant.member }) == jsonencode({
      for account, environment in { deployer = "int", planner = "plan-int", terraform = "int" } :
      account => "principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/github/subject/repo:bank/markets:environment:${environment}"
    })
    error_message = "expected each account for the jobs of one environment, found ${jsonencode({ for account, grant in google_service_account_iam_member.github : account => grant.member })}."
  }
}

run "a_repository_that_could_break_out_of_the_condition_is_refused" {
  command = plan

  variables {
    github_repository = "bank/markets' || true || '"
  }
  expect_failures = [var.github_repository]
}

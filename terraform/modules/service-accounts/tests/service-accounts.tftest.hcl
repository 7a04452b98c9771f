mock_provider "google" {}

variables {
  project_id = "markets-int"
  accounts = {
    orchestrator = { id = "markets-orchestrator", description = "Lane 1", runs_in_kubernetes = true }
    deployer     = { id = "markets-deployer", description = "CI", runs_in_kubernetes = false }
  }
}

run "without_cluster_and_repository_nobody_acts_as_an_account" {
  command = plan

  assert {
    condition     = length(google_service_account_iam_member.kubernetes) == 0 && length(google_iam_workload_identity_pool_provider.github) == 0
    error_message = "expected no workload identity."
  }
}

run "one_pod_account_and_one_branch_of_one_repository" {
  command = plan

  variables {
    kubernetes_namespace = "markets"
    github_repository    = "bank/markets"
  }
  assert {
    condition     = google_service_account_iam_member.kubernetes["orchestrator"].member == "serviceAccount:markets-int.svc.id.goog[markets/markets-orchestrator]" && length(google_service_account_iam_member.kubernetes) == 1
    error_message = "expected the pod's account of the same name only."
  }
  assert {
    condition     = google_iam_workload_identity_pool_provider.github[0].attribute_condition == "assertion.repository == 'bank/markets' && assertion.ref == 'refs/heads/main'"
    error_message = "expected tokens of one repository and branch only."
  }
}

run "a_repository_that_could_break_out_of_the_condition_is_refused" {
  command = plan

  variables {
    github_repository = "bank/markets' || true || '"
  }
  expect_failures = [var.github_repository]
}

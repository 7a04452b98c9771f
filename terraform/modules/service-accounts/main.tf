resource "google_service_account" "this" {
  for_each = var.accounts

  project      = var.project_id
  account_id   = each.value.id
  display_name = each.value.id
  description  = each.value.description
}

resource "google_project_iam_member" "this" {
  for_each = { for key, grant in var.grants : key => grant if grant.scope == "project" }

  project = var.project_id
  role    = each.value.role
  member  = google_service_account.this[each.value.account].member
}

resource "google_service_account_iam_member" "acts_as" {
  for_each = { for key, grant in var.grants : key => grant if grant.scope == "service_account" }

  service_account_id = google_service_account.this[each.value.target].name
  role               = each.value.role
  member             = google_service_account.this[each.value.account].member
}

# Members of the variables who may have an identity token of an account.
resource "google_service_account_iam_member" "operator" {
  for_each = var.operator_grants

  service_account_id = google_service_account.this[each.value.account].name
  role               = each.value.role
  member             = each.value.member
}

# Pods act as the account by name: no key is ever made.
resource "google_service_account_iam_member" "kubernetes" {
  for_each = var.kubernetes_namespace == null ? {} : { for name, account in var.accounts : name => account if account.runs_in_kubernetes }

  service_account_id = google_service_account.this[each.key].name
  role               = "roles/iam.workloadIdentityUser"
  member             = "serviceAccount:${var.project_id}.svc.id.goog[${var.kubernetes_namespace}/${each.value.id}]"
}

resource "google_iam_workload_identity_pool" "github" {
  count = var.github_repository == null ? 0 : 1

  project                   = var.project_id
  workload_identity_pool_id = "github"
  display_name              = "GitHub Actions"
  description               = "Workflows of one repository"
}

resource "google_iam_workload_identity_pool_provider" "github" {
  count = var.github_repository == null ? 0 : 1

  project                            = var.project_id
  workload_identity_pool_id          = google_iam_workload_identity_pool.github[0].workload_identity_pool_id
  workload_identity_pool_provider_id = "github"
  display_name                       = "GitHub Actions"
  description                        = "Tokens of one repository: of its main branch, and of pull requests that plan"
  attribute_mapping = {
    "google.subject"       = "assertion.sub"
    "attribute.repository" = "assertion.repository"
  }
  # Without a condition every repository of the world could exchange its token here.
  attribute_condition = "assertion.repository == '${var.github_repository}' && (assertion.ref == 'refs/heads/main' || assertion.environment == 'plan-${var.environment}')"

  oidc {
    issuer_uri = "https://token.actions.githubusercontent.com"
  }
}

locals {
  # The subject of a job that names an environment; GitHub lets only the branches and reviewers of that environment have it.
  github_subject = "principal://iam.googleapis.com/${join("", google_iam_workload_identity_pool.github[*].name)}/subject/repo:${coalesce(var.github_repository, "-")}:environment:"

  github_accounts = var.github_repository == null ? {} : merge(
    { for account, environment in { deployer = var.environment, planner = "plan-${var.environment}" } :
      account => { id = google_service_account.this[account].name, environment = environment } if contains(keys(var.accounts), account)
    },
    var.terraform_account == null ? {} : {
      terraform = { id = "projects/${var.project_id}/serviceAccounts/${var.terraform_account}", environment = var.environment }
    },
  )
}

resource "google_service_account_iam_member" "github" {
  for_each = local.github_accounts

  service_account_id = each.value.id
  role               = "roles/iam.workloadIdentityUser"
  member             = "${local.github_subject}${each.value.environment}"
}

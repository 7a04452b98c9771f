variable "project_id" {
  description = "Project of everything here."
  type        = string
}

variable "accounts" {
  description = "Service accounts by the word that grants use for them."
  type        = map(object({ id = string, description = string, runs_in_kubernetes = bool }))

  validation {
    condition     = alltrue([for account in values(var.accounts) : can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", account.id))])
    error_message = "expected ids of 6 to 30 of a-z, 0-9 and -, beginning with a letter."
  }
}

variable "operator_grants" {
  description = "Members that the variables name, each on one account."
  type        = map(object({ account = string, member = string, role = string }))
  default     = {}
}

variable "kubernetes_namespace" {
  description = "Namespace whose service accounts of the same names may act as these; null where no cluster runs the lanes."
  type        = string
  default     = null
}

variable "github_repository" {
  description = "OWNER/NAME whose workflows may act as the deployer and the planner; null for none."
  type        = string
  default     = null

  validation {
    condition     = var.github_repository == null || can(regex("^[A-Za-z0-9-]+/[A-Za-z0-9._-]+$", var.github_repository))
    error_message = "expected OWNER/NAME."
  }
}

variable "environment" {
  description = "Name of the GitHub environment whose jobs deploy here; those of plan-<environment> may only plan."
  type        = string
}

variable "terraform_account" {
  description = "E-mail of the account, made by hand, that applies Terraform in GitHub's jobs of this environment; null where only people apply."
  type        = string
  default     = null
}

variable "grants" {
  description = "Grants of the factory; scopes project and service_account are used here."
  type        = map(object({ scope = string, target = string, account = string, role = string }))
  default     = {}
}

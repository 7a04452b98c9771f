variable "project_id" {
  description = "Project of everything here."
  type        = string
}

variable "region" {
  description = "Where it lies, e.g. europe-west1."
  type        = string
}

variable "secrets" {
  description = "Containers by name. Values are added by hand or by their owner's system; Terraform's state never holds one."
  type        = map(object({ description = string, readers = list(string) }))
}

variable "deletion_protection" {
  description = "Whether Terraform refuses to destroy a container that holds values."
  type        = bool
}

variable "grants" {
  description = "Grants of the factory; those of other scopes are passed over."
  type        = map(object({ scope = string, target = string, account = string, role = string }))
  default     = {}
}

variable "members" {
  description = "Account of a grant -> IAM member."
  type        = map(string)
  default     = {}
}

variable "labels" {
  description = "Labels of every resource that takes labels."
  type        = map(string)
  default     = {}
}


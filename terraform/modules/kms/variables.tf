variable "project_id" {
  description = "Project of everything here."
  type        = string
}

variable "region" {
  description = "Where it lies, e.g. europe-west1."
  type        = string
}

variable "ring" {
  description = "Name of the key ring. Key rings are never deleted: a name can be used once in a project and region."
  type        = string
  default     = "markets"
}

variable "keys" {
  description = "Keys by name: what each encrypts, and the agent that uses it."
  type        = map(object({ description = string, agent = string }))
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


variable "project_id" {
  description = "Project of everything here."
  type        = string
}

variable "region" {
  description = "Where it lies, e.g. europe-west1."
  type        = string
}

variable "repository" {
  description = "Name of the Docker repository."
  type        = string
  default     = "markets"
}

variable "readers" {
  description = "Members who may pull: the agents and nodes of the environments that run images of this one."
  type        = list(string)
  default     = []
}

variable "kms_key" {
  description = "Id of the key that encrypts the images."
  type        = string
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


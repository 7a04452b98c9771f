variable "project_id" {
  description = "Project of everything here."
  type        = string
}

variable "region" {
  description = "Where it lies, e.g. europe-west1."
  type        = string
}

variable "datasets" {
  description = "Layer -> its dataset. partition_expiration_days null: partitions stay until their table says otherwise."
  type = map(object({
    dataset_id                 = string
    description                = string
    partition_expiration_days  = optional(number)
    delete_contents_on_destroy = bool
  }))
}

variable "envelope_tables" {
  description = "Tables that BigQuery subscriptions fill, by name; layer is a key of datasets."
  type        = map(object({ layer = string, source = string, description = string, retention_days = number }))
  default     = {}
}

variable "envelope_columns" {
  description = "The one schema of every envelope table, as BigQuery's JSON has it."
  type        = list(object({ name = string, type = string, mode = string, description = string }))
}

variable "policy_tags" {
  description = "Classification of a column -> description of its policy tag."
  type        = map(string)
}

variable "deletion_protection" {
  description = "Whether Terraform refuses to destroy envelope tables."
  type        = bool
}

variable "kms_key" {
  description = "Id of the key that encrypts every table."
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


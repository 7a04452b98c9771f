variable "project_id" {
  description = "Project of everything here."
  type        = string
}

variable "region" {
  description = "Where it lies, e.g. europe-west1."
  type        = string
}

variable "buckets" {
  description = "Folder of the root -> its bucket."
  type = map(object({
    name             = string
    description      = string
    delete_rules     = list(object({ age_days = number, prefixes = list(string) }))
    storage_classes  = list(object({ age_days = number, storage_class = string }))
    retention_days   = optional(number)
    retention_locked = bool
    versioning       = bool
    soft_delete_days = number
    noncurrent_days  = number
    force_destroy    = bool
  }))

  validation {
    condition     = alltrue([for bucket in values(var.buckets) : bucket.retention_days == null || !bucket.versioning])
    error_message = "expected no bucket with a retention policy and versioning: Cloud Storage refuses it."
  }
  validation {
    condition = alltrue([for bucket in values(var.buckets) : alltrue([
      for rule in bucket.delete_rules : bucket.retention_days == null || rule.age_days >= coalesce(bucket.retention_days, 0)
    ])])
    error_message = "expected lifecycle rules that delete nothing before its retention ends."
  }
  validation {
    condition     = alltrue([for bucket in values(var.buckets) : bucket.soft_delete_days == 0 || (bucket.soft_delete_days >= 7 && bucket.soft_delete_days <= 90)])
    error_message = "expected soft_delete_days 0 or 7 to 90."
  }
}

variable "managed_folders" {
  description = "Folders with rights of their own: bucket is a key of buckets, prefix ends with /."
  type        = map(object({ bucket = string, prefix = string, sources = list(string) }))
  default     = {}
}

variable "folder_grants" {
  description = "Rights of one member on one managed folder."
  type        = map(object({ folder = string, member = string, role = string }))
  default     = {}
}

variable "notifications" {
  description = "Bucket (key of buckets) -> topic name that hears of every object created there."
  type        = map(string)
  default     = {}
}

variable "topic_ids" {
  description = "Topic name -> id."
  type        = map(string)
  default     = {}
}

variable "kms_key" {
  description = "Id of the key that encrypts what is written without a key of its own."
  type        = string
}

variable "grants" {
  description = "Grants of the factory; those of other scopes are passed over."
  type        = map(object({ scope = string, target = string, account = string, role = string }))
  default     = {}
}

variable "grant_prefixes" {
  description = "Key of a grant on a bucket -> the names that it holds for begin with this; for the whole bucket where it is not here."
  type        = map(string)
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


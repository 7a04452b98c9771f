variable "project_id" {
  description = "Project of everything here."
  type        = string
}

variable "region" {
  description = "Where it lies, e.g. europe-west1."
  type        = string
}

variable "topics" {
  description = "Topics by name; source is null where a topic serves no single source. has_schema: messages keep the schema of the source."
  type        = map(object({ description = string, source = optional(string), is_dead_letter = bool, has_schema = optional(bool, false) }))
}

variable "subscriptions" {
  description = "Subscriptions by name. kind bigquery needs table, kind push needs push_service, whose push_path is called."
  type = map(object({
    kind                  = string
    topic                 = string
    table                 = optional(string)
    push_service          = optional(string)
    push_path             = optional(string)
    source                = optional(string)
    dead_letter_topic     = optional(string)
    ack_deadline_seconds  = optional(number, 60)
    max_delivery_attempts = optional(number, 10)
    retention_days        = optional(number, 7)
    backoff_min_seconds   = optional(number, 10)
    backoff_max_seconds   = optional(number, 600)
  }))

  validation {
    condition     = alltrue([for subscription in values(var.subscriptions) : contains(["pull", "push", "bigquery"], subscription.kind)])
    error_message = "expected kind pull, push or bigquery."
  }
  validation {
    condition     = alltrue([for subscription in values(var.subscriptions) : subscription.max_delivery_attempts >= 5 && subscription.max_delivery_attempts <= 100])
    error_message = "expected max_delivery_attempts from 5 to 100."
  }
  validation {
    condition     = alltrue([for subscription in values(var.subscriptions) : subscription.ack_deadline_seconds >= 10 && subscription.ack_deadline_seconds <= 600])
    error_message = "expected ack_deadline_seconds from 10 to 600."
  }
}

variable "schemas" {
  description = "Source -> the protobuf schema that the messages of its topic keep, as JSON."
  type        = map(object({ name = string, definition = string }))
  default     = {}
}

variable "table_references" {
  description = "Envelope table -> project.dataset.table."
  type        = map(string)
  default     = {}
}

variable "push_endpoints" {
  description = "Service -> {url, audience}. A push subscription without its service is a pull subscription, so that messages wait for it."
  type        = map(object({ url = string, audience = string }))
  default     = {}
}

variable "push_account" {
  description = "E-mail of the account that pushes identify themselves as."
  type        = string
}

variable "kms_key" {
  description = "Id of the key that encrypts every topic."
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


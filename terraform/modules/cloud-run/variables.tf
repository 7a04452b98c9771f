variable "project_id" {
  description = "Project of everything here."
  type        = string
}

variable "region" {
  description = "Where it lies, e.g. europe-west1."
  type        = string
}

variable "jobs" {
  description = "Jobs by the word that grants use. A job that has a schedule (cron, UTC) is started by the scheduler account; paused keeps the schedule and starts nothing."
  type = map(object({
    name            = string
    image           = string
    account_email   = string
    arguments       = list(string)
    environment     = optional(map(string), {})
    task_count      = optional(number, 1)
    parallelism     = optional(number, 1)
    cpu             = optional(string, "2")
    memory          = optional(string, "8Gi")
    timeout_seconds = optional(number, 3600)
    max_retries     = optional(number, 1)
    schedule        = optional(string)
    paused          = optional(bool, false)
  }))
  default = {}

  validation {
    condition     = alltrue([for job in values(var.jobs) : job.task_count >= 1 && job.parallelism >= 1 && job.parallelism <= job.task_count])
    error_message = "expected task_count of at least 1 and parallelism from 1 to task_count."
  }
}

variable "services" {
  description = "Services by the word that grants use. audiences: claims `aud` that callers may have besides the URL. cpu_always: also between requests."
  type = map(object({
    name            = string
    image           = string
    account_email   = string
    arguments       = list(string)
    environment     = optional(map(string), {})
    port            = optional(number, 8080)
    health_path     = optional(string, "/healthz")
    ready_path      = optional(string, "/readyz")
    audiences       = optional(list(string), [])
    cpu_always      = optional(bool, false)
    collector_image = optional(string)
    min_instances   = optional(number, 1)
    max_instances   = optional(number, 10)
    concurrency     = optional(number, 80)
    cpu             = optional(string, "1")
    memory          = optional(string, "1Gi")
    timeout_seconds = optional(number, 60)
  }))
  default = {}

  validation {
    condition = alltrue([for service in values(var.services) :
      service.min_instances >= 0 && service.max_instances >= max(1, service.min_instances) && service.concurrency >= 1 && service.concurrency <= 1000
    ])
    error_message = "expected max_instances of at least min_instances and 1, and concurrency from 1 to 1000."
  }
}

variable "worker_pools" {
  description = "Programs that nobody calls and that never end: they read a log by themselves. As many instances as the log is to be shared among."
  type = map(object({
    name          = string
    image         = string
    account_email = string
    arguments     = list(string)
    environment   = optional(map(string), {})
    instances     = optional(number, 2)
    cpu           = optional(string, "2")
    memory        = optional(string, "2Gi")
  }))
  default = {}

  validation {
    condition     = alltrue([for pool in values(var.worker_pools) : pool.instances >= 1 && pool.instances <= 100])
    error_message = "expected 1 to 100 instances."
  }
}

variable "scheduler_email" {
  description = "E-mail of the account that starts scheduled jobs."
  type        = string
}

variable "deletion_protection" {
  description = "Whether Terraform refuses to destroy jobs and services."
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


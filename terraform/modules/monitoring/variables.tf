variable "project_id" {
  description = "Project of everything here."
  type        = string
}

variable "notification_emails" {
  description = "Who is told of alerts."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for email in var.notification_emails : can(regex("^[^@ ]+@[^@ ]+$", email))])
    error_message = "expected e-mail addresses."
  }
}

variable "run_job" {
  description = "Name of the Cloud Run job of the hourly run; null where it runs in Kubernetes."
  type        = string
  default     = null
}

variable "log_resource_type" {
  description = "What writes the lane's log: cloud_run_job or k8s_container."
  type        = string
  default     = "k8s_container"

  validation {
    condition     = contains(["cloud_run_job", "k8s_container"], var.log_resource_type)
    error_message = "expected cloud_run_job or k8s_container."
  }
}

variable "reporter_service" {
  description = "Name of the reporter's Cloud Run service; null before there is one."
  type        = string
  default     = null
}

variable "reporter_rules" {
  description = "Alert rules on the reporter's figures, as Prometheus has them (hold: its `for`); empty where nothing collects the figures."
  type = map(object({
    alert       = string
    expr        = string
    hold        = string
    labels      = object({ severity = string })
    annotations = object({ summary = string, runbook = string })
  }))
  default = {}

  validation {
    condition     = alltrue([for rule in values(var.reporter_rules) : can(regex("^[0-9]+[sm]$", rule.hold)) && contains(["P1", "P2", "P3"], rule.labels.severity)])
    error_message = "expected hold in seconds or minutes, and severity P1, P2 or P3."
  }
}

variable "subscriptions" {
  description = "Subscriptions whose lag is watched: name -> greatest age of the oldest message in seconds."
  type        = map(number)
  default     = {}
}

variable "dead_letter_topics" {
  description = "Topics on which every message is worth a look."
  type        = list(string)
  default     = []
}

variable "reporter_goal" {
  description = "Share of the reporter's requests that are to be answered without an error of its own, over 28 days."
  type        = number
  default     = 0.999

  validation {
    condition     = var.reporter_goal > 0.9 && var.reporter_goal < 1
    error_message = "expected a share between 0.9 and 1."
  }
}

variable "labels" {
  description = "Labels of every resource that takes labels."
  type        = map(string)
  default     = {}
}


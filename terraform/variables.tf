variable "environment" {
  description = "int or prod: the name of config/<environment>.yaml too. prod locks retention and refuses destruction."
  type        = string

  validation {
    condition     = contains(["int", "prod"], var.environment)
    error_message = "expected int or prod."
  }
}

variable "project_id" {
  description = "Google Cloud project of the environment; one environment a project."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.project_id))
    error_message = "expected 6 to 30 of a-z, 0-9 and -, beginning with a letter."
  }
}

variable "name" {
  description = "NAME of the root gs://NAME; the project's id when absent."
  type        = string
  default     = null
}

variable "region" {
  description = "Region of everything: buckets, datasets, topics, keys."
  type        = string
}

variable "dataset_prefix" {
  description = "Before every dataset's name; as warehouse.dataset_prefix of config/<environment>.yaml."
  type        = string
  default     = ""
}

variable "specs_folder" {
  description = "Folder of the source specs; source_specs/ of the project when absent."
  type        = string
  default     = null
}

variable "landing_writers" {
  description = "Source -> members who may create files in its landing folder."
  type        = map(list(string))
  default     = {}
}

variable "quarantine_readers" {
  description = "Source -> members who may read its refused records."
  type        = map(list(string))
  default     = {}
}

variable "images" {
  description = "Container images by digest; what is null is not made. lane: lane 1, streaming: lane 2, reporter: lane 3, collector: Google's cloud-run-gmp-sidecar beside it, without which Cloud Monitoring has none of its figures."
  type = object({
    lane      = optional(string)
    streaming = optional(string)
    reporter  = optional(string)
    collector = optional(string)
  })
  default = {}

  validation {
    condition     = alltrue([for image in values(var.images) : image == null || can(regex("@sha256:[0-9a-f]{64}$", image))])
    error_message = "expected images by digest (...@sha256:<64 hex digits>): a tag may name another image tomorrow."
  }
}

variable "stream_on" {
  description = "Where the bridge and the candles run: kubernetes (Deployments that grow with the lag) or cloud_run (worker pools of a fixed size)."
  type        = string
  default     = "kubernetes"

  validation {
    condition     = contains(["kubernetes", "cloud_run"], var.stream_on)
    error_message = "expected kubernetes or cloud_run."
  }
}

variable "streaming_instances" {
  description = "Instances of each worker pool; no more than the topics have partitions."
  type        = number
  default     = 2
}

variable "reported_sources" {
  description = "Streams whose events the reporter is given by push: those of the bank's own trades."
  type        = list(string)
  default     = ["trade_events"]
}

variable "reporter_secrets" {
  description = "Names of the secrets that reporter.destinations of config/<environment>.yaml names; their values are added by hand."
  type        = list(string)
  default     = ["arm-certificate", "arm-key", "apa-certificate", "apa-key", "trace-certificate", "trace-key"]
}

variable "reporter_operators" {
  description = "Members who may post events to the reporter and administer it, as markets-replay and markets-reporting."
  type        = list(string)
  default     = []
}

variable "reporter_instances" {
  description = "Fewest and most instances of the reporter. Two at least, so that one that ends is adopted by another at once."
  type        = object({ min = number, max = number })
  default     = { min = 2, max = 10 }

  validation {
    condition     = var.reporter_instances.min >= 2 && var.reporter_instances.max >= var.reporter_instances.min && var.reporter_instances.max <= 100
    error_message = "expected min of at least 2, and max from min to 100."
  }
}

variable "image_readers" {
  description = "Members of other environments who may pull images of this one's repository."
  type        = list(string)
  default     = []
}

variable "run_on" {
  description = "Where the hourly run is started: kubernetes (the CronJob) or cloud_run (the scheduler)."
  type        = string
  default     = "kubernetes"

  validation {
    condition     = contains(["kubernetes", "cloud_run"], var.run_on)
    error_message = "expected kubernetes or cloud_run."
  }
}

variable "run_tasks" {
  description = "Tasks of the Cloud Run job markets-run, which share the files of a run by claims; 1 for a run alone."
  type        = number
  default     = 1

  validation {
    condition     = var.run_tasks >= 1 && var.run_tasks <= 100
    error_message = "expected 1 to 100 tasks."
  }
}

variable "kubernetes_namespace" {
  description = "Namespace of the lanes in Kubernetes, whose service accounts act as Google's of the same names; null for no cluster. The cluster's workload identity pool must exist."
  type        = string
  default     = null
}

variable "github_repository" {
  description = "OWNER/NAME whose workflows may deploy (jobs of the GitHub environment of the same name as this one) and plan (plan-<environment>); null for none."
  type        = string
  default     = null
}

variable "terraform_account" {
  description = "E-mail of the account, made by hand, that GitHub's jobs apply this configuration with; null where only people apply."
  type        = string
  default     = null
}

variable "notification_emails" {
  description = "Who is told of alerts."
  type        = list(string)
  default     = []
}

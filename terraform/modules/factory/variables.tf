variable "specs_folder" {
  description = "Folder of the source specs; every .yaml and .yml below it is one source."
  type        = string
}

variable "name" {
  description = "NAME of the root gs://NAME: bucket NAME-<folder> holds the folder's objects."
  type        = string

  validation {
    # The longest suffix is -quarantine; a bucket's name has at most 63 characters.
    condition     = can(regex("^[a-z][a-z0-9-]{1,50}[a-z0-9]$", var.name))
    error_message = "expected 3 to 52 of a-z, 0-9 and -, beginning with a letter, e.g. markets-int."
  }
}

variable "environment" {
  description = "int or prod. prod locks retention policies and protects what holds data from being destroyed."
  type        = string

  validation {
    condition     = contains(["int", "prod"], var.environment)
    error_message = "expected int or prod."
  }
}

variable "dataset_prefix" {
  description = "Stands before the name of every dataset, as warehouse.dataset_prefix of config/<environment>.yaml does."
  type        = string
  default     = ""

  validation {
    condition     = can(regex("^([A-Za-z][A-Za-z0-9_]{0,40})?$", var.dataset_prefix))
    error_message = "expected letters, digits and _, beginning with a letter, or nothing."
  }
}

variable "landing_writers" {
  description = "Who may create objects in the landing folder of a source: source -> IAM members. Create only: no reading, no overwriting."
  type        = map(list(string))
  default     = {}
}

variable "quarantine_readers" {
  description = "Who may read the refused records of a source, raw bytes included: source -> IAM members."
  type        = map(list(string))
  default     = {}
}

variable "reported_sources" {
  description = "Streams whose events the reporter is given by push: those of the bank's own trades."
  type        = list(string)
  default     = []
}

variable "reporter_secrets" {
  description = "Names of the secrets that reporter.destinations of config/<environment>.yaml names."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for secret in var.reporter_secrets : can(regex("^[a-z][a-z0-9-]{0,80}$", secret))]) && length(distinct(var.reporter_secrets)) == length(var.reporter_secrets)
    error_message = "expected names of secrets, each once: a-z, 0-9 and -, beginning with a letter."
  }
}

variable "reporter_operators" {
  description = "Members who may post events to the reporter and administer it, as the accounts markets-replay and markets-reporting."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for member in var.reporter_operators : can(regex("^(user|group|serviceAccount|principal|principalSet):", member))])
    error_message = "expected members such as group:desk@bank.example or serviceAccount:..., never allUsers or allAuthenticatedUsers."
  }
}

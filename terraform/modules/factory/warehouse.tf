# Datasets are the layers of the warehouse. Terraform owns them, the policy tags and the envelope tables; `markets run` creates raw
# tables from generated DDL, dbt owns the rest.

locals {
  # No default expiration where tables must outlive it: raw tables carry their own 30 days in the DDL, beside raw._events that has
  # none; staging keeps every version of reference data, snapshots and dimensions every interval.
  layers = {
    raw        = { description = "One table a source, as accepted; events; envelopes of streams", partition_expiration_days = null }
    staging    = { description = "Canonical columns and names", partition_expiration_days = null }
    snapshots  = { description = "Reference data as known at a moment", partition_expiration_days = null }
    dimensions = { description = "Reference data by validity", partition_expiration_days = null }
    curation   = { description = "Trades, orders and executions, enriched", partition_expiration_days = local.seven_years_days }
    consumer   = { description = "Extracts and marts", partition_expiration_days = local.seven_years_days }
    control    = { description = "Loads, completeness, quality", partition_expiration_days = local.seven_years_days }
  }

  datasets = { for layer, settings in local.layers : layer => {
    dataset_id                 = "${var.dataset_prefix}${layer}"
    description                = settings.description
    partition_expiration_days  = settings.partition_expiration_days
    delete_contents_on_destroy = !local.is_protected
  } }

  policy_tags = {
    pii          = "Personal data: names and identifiers of persons"
    confidential = "Data that is not for everybody in the bank"
  }

  secrets = merge(
    {
      partner-sftp-key         = { description = "Private key for the partner's SFTP server", readers = ["orchestrator"] }
      partner-sftp-known-hosts = { description = "Host keys of the partner's SFTP server", readers = ["orchestrator"] }
      alert-webhook-url        = { description = "URL that gets every alert", readers = ["orchestrator"] }
      kafka-password           = { description = "Password of the Kafka brokers (streaming.log.sasl)", readers = ["bridge", "candles"] }
    },
    { for secret in var.reporter_secrets : secret => { description = "For a destination of reports (reporter.destinations)", readers = ["reporter"] } },
    { for secret in distinct(compact([for source in local.api_sources : try(source.api.auth, "")])) :
      secret => { description = "Credentials of an API that a source is read from", readers = ["orchestrator"] }
    },
  )
}

output "log_metrics" {
  description = "Names of the metrics that are counted from log lines."
  value       = sort([for metric in google_logging_metric.this : metric.name])
}

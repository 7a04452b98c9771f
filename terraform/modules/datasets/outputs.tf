output "dataset_ids" {
  description = "Layer -> dataset id."
  value       = { for layer, dataset in google_bigquery_dataset.this : layer => dataset.dataset_id }
}

output "table_references" {
  description = "Envelope table -> project.dataset.table, known only after Pub/Sub may write to it."
  value = { for name, table in google_bigquery_table.envelope :
    name => "${var.project_id}.${table.dataset_id}.${table.table_id}"
  }
  depends_on = [google_bigquery_table_iam_member.envelope]
}

output "policy_tags" {
  description = "Classification -> full name of its policy tag."
  value       = { for classification, tag in google_data_catalog_policy_tag.this : classification => tag.name }
}

output "service_urls" {
  description = "Service -> its URL, known only after its callers may call."
  value       = { for name, service in google_cloud_run_v2_service.this : name => service.uri }
  depends_on  = [google_cloud_run_v2_service_iam_member.this]
}

output "job_names" {
  description = "Job -> its name."
  value       = { for name, job in google_cloud_run_v2_job.this : name => job.name }
}

output "job_tasks" {
  description = "Key of a job -> how many tasks it has, and the words that each is called with."
  value = { for key, job in google_cloud_run_v2_job.this : key => {
    task_count = job.template[0].task_count
    arguments  = job.template[0].template[0].containers[0].args
  } }
}

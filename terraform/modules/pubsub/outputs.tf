output "topic_ids" {
  description = "Topic name -> id, known only after its publishers may publish."
  value       = { for name, topic in google_pubsub_topic.this : name => topic.id }
  depends_on  = [google_pubsub_topic_iam_member.this]
}

output "subscription_names" {
  description = "Names of all subscriptions."
  value       = [for subscription in google_pubsub_subscription.this : subscription.name]
}

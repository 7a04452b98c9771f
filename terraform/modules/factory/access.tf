# Every grant of the platform, as data: who (an account of the table, an agent of Google's, or a member named in the variables),
# on what, which role. Resource modules only consume it; a test holds it to allowed-roles.yaml, docs/reference/iam.md shows it.

locals {
  accounts = {
    orchestrator = { id = "markets-orchestrator", description = "Lane 1: runs, validation tasks, dbt, extracts", runs_in_kubernetes = true }
    bridge       = { id = "markets-bridge", description = "Lane 2: from Kafka to Pub/Sub", runs_in_kubernetes = true }
    candles      = { id = "markets-candles", description = "Lane 2: candles and quality of market data, from Kafka", runs_in_kubernetes = true }
    reporter     = { id = "markets-reporter", description = "Lane 3: reports to regulators", runs_in_kubernetes = true }
    push         = { id = "markets-push", description = "Identity of Pub/Sub pushes to the reporter", runs_in_kubernetes = false }
    replay       = { id = "markets-replay", description = "Identity of who posts events to the reporter by hand", runs_in_kubernetes = false }
    reporting    = { id = "markets-reporting", description = "Identity of who administers the reporter: replays, new reference data", runs_in_kubernetes = false }
    scheduler    = { id = "markets-scheduler", description = "Starts the hourly run", runs_in_kubernetes = false }
    deployer     = { id = "markets-deployer", description = "CI: pushes images, deploys the lanes", runs_in_kubernetes = false }
    planner      = { id = "markets-planner", description = "CI: plans for pull requests; reads what resources are, never what they hold", runs_in_kubernetes = false }
  }

  # Agents are Google's own accounts that act for a service inside the project.
  agents = ["storage_agent", "bigquery_agent", "pubsub_agent", "artifact_agent"]

  append_only = ["roles/storage.objectCreator", "roles/storage.objectViewer"]

  bucket_roles = {
    landing    = { orchestrator = ["roles/storage.objectUser"] }
    staging    = { orchestrator = local.append_only, candles = local.append_only }
    quarantine = { orchestrator = local.append_only }
    failed     = { orchestrator = local.append_only }
    archive    = { orchestrator = local.append_only }
    extracts   = { orchestrator = ["roles/storage.objectUser"] }
    history    = { orchestrator = ["roles/storage.objectUser"] }
    reports    = { orchestrator = ["roles/storage.objectViewer"], reporter = local.append_only }
    control    = { orchestrator = local.append_only, reporter = local.append_only }
    journal = {
      orchestrator = ["roles/storage.objectUser"]
      bridge       = local.append_only
      # It removes states of candles that newer ones replaced.
      candles = ["roles/storage.objectUser"]
      # Heartbeats are written over, and those of dead instances deleted: objectUser below its own folder only (grant_prefixes).
      reporter = ["roles/storage.objectUser", "roles/storage.objectViewer"]
    }
  }

  # Grants on a bucket that hold for names below a prefix only.
  grant_prefixes = { "bucket/journal/reporter/storage.objectUser" = "reports/instances/" }

  dataset_roles = merge(
    { for layer in keys(local.layers) : layer => { orchestrator = ["roles/bigquery.dataEditor"] } },
    { dimensions = { orchestrator = ["roles/bigquery.dataEditor"], reporter = ["roles/bigquery.dataViewer"] } },
  )

  # One list of {scope, target, account, role}, whatever the scope.
  lane_grants = concat(
    flatten([for folder, roles_by_account in local.bucket_roles : [
      for account, roles in roles_by_account : [for role in roles : { scope = "bucket", target = folder, account = account, role = role }]
    ]]),
    flatten([for layer, roles_by_account in local.dataset_roles : [
      for account, roles in roles_by_account : [for role in roles : { scope = "dataset", target = layer, account = account, role = role }]
    ]]),
    [for table in keys(local.envelope_tables) : { scope = "table", target = table, account = "pubsub_agent", role = "roles/bigquery.dataEditor" }],
    [for tag in keys(local.policy_tags) : { scope = "policy_tag", target = tag, account = "orchestrator", role = "roles/datacatalog.categoryFineGrainedReader" }],
    flatten([for secret, settings in local.secrets : [
      for account in settings.readers : { scope = "secret", target = secret, account = account, role = "roles/secretmanager.secretAccessor" }
    ]]),
    [
      { scope = "project", target = "project", account = "orchestrator", role = "roles/bigquery.jobUser" },
      { scope = "project", target = "project", account = "reporter", role = "roles/bigquery.jobUser" },
      { scope = "project", target = "project", account = "deployer", role = "roles/container.developer" },
      { scope = "project", target = "project", account = "deployer", role = "roles/run.developer" },
      { scope = "repository", target = "markets", account = "deployer", role = "roles/artifactregistry.writer" },
      { scope = "job", target = "run", account = "scheduler", role = "roles/run.invoker" },
      { scope = "project", target = "project", account = "reporter", role = "roles/monitoring.metricWriter" },
    ],
    [for account in ["push", "replay", "reporting"] : { scope = "service", target = "reporter", account = account, role = "roles/run.invoker" }],
    # A plan runs the code of a pull request that nobody has approved: it may see settings and policies, no object, row, message or secret.
    # The basic role roles/viewer would read tables.
    [for role in local.planner_roles : { scope = "project", target = "project", account = "planner", role = role }],
    # Deploying a Cloud Run service needs the right to act as the account it runs under.
    [for account in ["orchestrator", "bridge", "candles", "reporter"] : {
      scope = "service_account", target = account, account = "deployer", role = "roles/iam.serviceAccountUser"
    }],
  )

  planner_roles = [
    "roles/artifactregistry.reader",
    "roles/bigquery.metadataViewer",
    "roles/browser",
    "roles/cloudkms.viewer",
    "roles/cloudscheduler.viewer",
    "roles/datacatalog.viewer",
    "roles/iam.securityReviewer",
    "roles/iam.serviceAccountViewer",
    "roles/iam.workloadIdentityPoolViewer",
    "roles/logging.viewer",
    "roles/monitoring.viewer",
    "roles/pubsub.viewer",
    "roles/run.viewer",
    "roles/secretmanager.viewer",
    "roles/storage.bucketViewer",
  ]

  topic_grants = concat(
    [
      { scope = "topic", target = local.landing_topic, account = "storage_agent", role = "roles/pubsub.publisher" },
      { scope = "subscription", target = "${local.landing_topic}-lane", account = "orchestrator", role = "roles/pubsub.subscriber" },
    ],
    flatten([for stream in local.streams : [
      { scope = "topic", target = stream.topic, account = "bridge", role = "roles/pubsub.publisher" },
      { scope = "topic", target = stream.dead_letter_topic, account = "bridge", role = "roles/pubsub.publisher" },
    ]]),
    # What it reads as no event goes to the dead letters of the source, as the bridge's do.
    [for stream in local.reported_streams : { scope = "topic", target = stream.dead_letter_topic, account = "reporter", role = "roles/pubsub.publisher" }],
    [for stream in local.candle_streams : { scope = "topic", target = "${stream.topic}-candles", account = "candles", role = "roles/pubsub.publisher" }],
    # The low-volume variant writes files.
    [for source in local.landed_streams : { scope = "bucket", target = "landing", account = "bridge", role = "roles/storage.objectCreator" }],
    # Pub/Sub moves dead letters itself: it takes them from the subscription and publishes them to the topic.
    flatten([for name, subscription in local.subscriptions : [
      { scope = "topic", target = subscription.dead_letter_topic, account = "pubsub_agent", role = "roles/pubsub.publisher" },
      { scope = "subscription", target = name, account = "pubsub_agent", role = "roles/pubsub.subscriber" },
    ] if subscription.dead_letter_topic != null]),
  )

  key_grants = [for key, settings in local.keys : {
    scope = "key", target = key, account = settings.agent, role = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
  }]
  keys = {
    storage   = { description = "Buckets", agent = "storage_agent" }
    bigquery  = { description = "Datasets", agent = "bigquery_agent" }
    pubsub    = { description = "Topics", agent = "pubsub_agent" }
    artifacts = { description = "Container images", agent = "artifact_agent" }
  }

  grants = { for grant in distinct(concat(local.lane_grants, local.topic_grants, local.key_grants)) :
    "${grant.scope}/${grant.target}/${grant.account}/${trimprefix(grant.role, "roles/")}" => grant
  }

  # Who may call the reporter as one of its two callers by hand: an identity token of that account, and nothing else in its name.
  operator_grants = { for pair in setproduct(["replay", "reporting"], var.reporter_operators) : "${pair[0]} ${pair[1]}" => {
    account = pair[0], member = pair[1], role = "roles/iam.serviceAccountOpenIdTokenCreator"
  } }

  # Claim `aud` of the tokens of each way into the reporter (reporter.intake of config/<environment>.yaml): known before the service has a URL,
  # and a token of one environment or way is none of another.
  reporter_audiences = { for way in ["push", "events", "admin"] : way => "${var.name}/reporter/${way}" }

  # People and systems that the variables name, by managed folder: nothing wider than one folder of one bucket.
  folder_grants = { for grant in concat(
    flatten([for name, members in var.landing_writers : [for member in members : {
      folder = "landing/${local.landing_prefix[name]}", member = member, role = "roles/storage.objectCreator"
    }] if contains(local.source_names, name)]),
    flatten([for name, members in var.quarantine_readers : [for member in members : {
      folder = "quarantine/${name}/", member = member, role = "roles/storage.objectViewer"
    }] if contains(local.source_names, name)]),
  ) : "${grant.folder} ${grant.member} ${trimprefix(grant.role, "roles/")}" => grant... }
}

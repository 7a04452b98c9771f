# The specs as Terraform sees them. yamldecode reads YAML 1.1 (NO is false, 2023-01-01 a timestamp) while the programs read 1.2;
# `markets validate-specs` refuses every plain scalar that the two read differently, anchors and merge keys
# (core/spec/document/yaml-traps.ts), so both see the same spec.

locals {
  spec_files = fileset(var.specs_folder, "**/*.{yaml,yml}")

  # A list, not a map: two files that claim one name must be seen here and refused below.
  specs = [for file in sort(local.spec_files) : {
    file     = file
    document = yamldecode(file("${var.specs_folder}/${file}"))
  }]

  # A disabled source keeps its resources: it is out of the run, its data is not to be lost.
  sources = { for spec in local.specs : spec.document.name => {
    file         = spec.file
    type         = try(spec.document.source.type, "file")
    enabled      = try(spec.document.enabled, true)
    owner        = spec.document.owner
    description  = trimspace(spec.document.description)
    path_pattern = try(spec.document.source.path_pattern, null)
    stream       = try(spec.document.stream, null)
    api          = try(spec.document.api, null)
    entity       = try(spec.document.canonical.entity, can(spec.document.processing.identity) ? "trades" : null)
    # What a message of a stream holds, for the schema of its topic.
    columns = [for column in spec.document.schema : {
      name        = column.name
      type        = column.type
      is_repeated = try(column.mode, "NULLABLE") == "REPEATED"
      has_nanos   = try(column.precision, "us") == "ns"
    }]
    classifications = distinct(compact([
      for column in spec.document.schema : try(column.classification, "")
    ]))
  }... }

  source_names = keys(local.sources)

  # With `...` a name has the list of all sources that claim it; the first one stands, the output `sources` refuses the rest.
  source = { for name, claims in local.sources : name => claims[0] }

  file_sources = { for name, source in local.source : name => source if source.type == "file" }
  # Files that the bridge writes from a Kafka topic of low volume.
  landed_streams = { for name, source in local.file_sources : name => source if source.stream != null }
  stream_sources = { for name, source in local.source : name => source if source.type == "stream" }
  api_sources    = { for name, source in local.source : name => source if source.type == "api" }
}

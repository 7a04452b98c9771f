/** What the columns mean that every generated model has. */
const DESCRIPTIONS: Readonly<Record<string, string>> = {
  source_name: 'Source spec that delivered the row',
  source_system: 'System that the identity belongs to',
  trade_id: "md5 of namespace, domain, source system and the source's own identity, lower-case hex",
  order_key: "md5 of namespace, domain, source system and the source's own identity, lower-case hex",
  _load_id: 'Load that staged the row',
  _file: 'Landing name of the file',
  _record: '1-based number of the record in the file',
  _line: '1-based physical line where the record starts; NULL for formats without lines',
  _byte_offset: 'First byte of the record in the decompressed file',
  _byte_length: 'Bytes of the record without its line end',
  _row_hash: "64-bit hash of the record's bytes",
  _extra: 'Columns of the file that the spec does not know, as JSON',
  _warnings: 'Warnings of the row as JSON',
  _published_on: 'UTC day on which the load was published',
  event_on: 'UTC day of the moment of the record',
  entity: 'Canonical entity that the source is mapped to',
  domain: 'Business domain of its identities',
  strategy: 'How versions of a record are told apart',
  version_is_mapped: 'Whether the source says the version of a record',
  resupply: 'What a resupply does: replace or append',
  delivery: 'full or delta, for reference data',
  timezone: 'Time zone in which a business date begins',
  min_files_per_day: 'Files that a business date needs',
  max_files_per_day: 'Files that a business date may have',
  typical_min_rows: 'Lower end of the typical number of rows',
  typical_max_rows: 'Upper end of the typical number of rows',
  volume_anomaly: 'z-score above which a number of rows is an anomaly',
};

export function columnDescription(name: string): string {
  return DESCRIPTIONS[name] ?? '';
}

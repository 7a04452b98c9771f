/** Keys that say something about files: refused for a stream, which has none. */
import type { Path } from '../spec-problem.ts';
import { reportKey, type Builder } from './builder.ts';

/** Key -> what a stream has instead. */
const FILE_KEYS: readonly (readonly [Path, string])[] = [
  [['source', 'path_pattern'], 'stream.kafka_topic'],
  [['source', 'skip_rows'], 'messages of one record each'],
  [['source', 'records'], 'messages of one record each'],
  [['control_file'], 'stream.reconcile_with, a source of files that tells of the same events'],
  [['expectations', 'frequency'], 'quality.gaps'],
  [['expectations', 'expected_by'], 'quality.gaps'],
  [['expectations', 'calendar'], 'quality.gaps'],
  [['expectations', 'min_files_per_day'], 'quality.gaps'],
  [['expectations', 'max_files_per_day'], 'quality.gaps'],
  [['expectations', 'typical_row_count'], 'expectations.volume_anomaly'],
  [['expectations', 'max_file_size_mb'], 'no key: a message is no longer than the longest record'],
  [['validation', 'file_level'], 'validation.row_level'],
  [['validation', 'max_bad_rows'], 'dead letters, of which every refused message is one'],
  [['validation', 'max_bad_ratio'], 'dead letters, of which every refused message is one'],
  [['processing', 'resupply'], 'messages, of which none takes the place of another'],
  [['processing', 'delivery'], 'messages, each of which is a change'],
];

export function refuseFileKeys(builder: Builder): void {
  const { document } = builder;
  if (document.source.type !== 'stream') return;
  for (const [path, instead] of FILE_KEYS) {
    if (isWritten(document, path)) refuse(builder, path, instead);
  }
  if (document.source.has_header === true) refuse(builder, ['source', 'has_header'], 'columns by their place, in each message');
  document.schema.forEach(({ unique }, index) => {
    if (unique === true) refuse(builder, ['schema', index, 'unique'], 'stream.key_field: of messages with the same value the first counts');
  });
}

function refuse(builder: Builder, path: Path, expected: string): void {
  const key = path.filter((step) => typeof step === 'string').join('.');
  reportKey(builder, path, `${key} says something about files, and a stream has none.`, { expected, found: 'source.type: stream' });
}

function isWritten(data: unknown, path: Path): boolean {
  return path.reduce<unknown>((at, step) => (at as Readonly<Record<string, unknown>> | undefined)?.[step], data) !== undefined;
}

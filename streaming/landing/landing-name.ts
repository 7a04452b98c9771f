/** Names of the files that a stream of low volume is written to: the path pattern of its spec, with the place in the log where `*` stands. */
import { MarketsError } from '../../core/errors/markets-error.ts';
import type { SourceSpec } from '../../core/spec/source-spec.ts';
import { offsetText } from '../../core/stream/object-names.ts';

export type LandingName = (topic: string, partition: number, first: bigint) => string;

const SPECIAL = /[*?[\]{}]/;

/** SPEC_NOT_SUPPORTED where the pattern has not exactly one `*`, or what is written is not read as JSON lines. */
export function landingNames(spec: SourceSpec): LandingName {
  const text = spec.source.path_pattern?.text ?? '';
  const [before, after, ...more] = text.split('*');
  if (before === undefined || after === undefined || more.length > 0 || SPECIAL.test(before + after)) {
    throw unsupported(spec, "a path pattern with one '*' and nothing else that stands for many names", text);
  }
  const { format, encoding } = spec.source;
  if (format !== 'jsonl' || encoding !== 'utf-8') throw unsupported(spec, 'source.format: jsonl in UTF-8', `${format} in ${encoding}`);
  return (topic, partition, first) => `landing/${before}${topic}-${partition}-${offsetText(first)}${after}`;
}

function unsupported(spec: SourceSpec, expected: string, found: string): MarketsError {
  return new MarketsError('SPEC_NOT_SUPPORTED', `${spec.name}: messages cannot be written to files of this source.`, {
    expected,
    found,
    place: { file: spec.spec_file },
  });
}

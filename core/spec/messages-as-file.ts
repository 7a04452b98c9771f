/** The messages of a stream as lines of a file, for what works on files: samples, `markets validate`, the sandbox. */
import { MarketsError } from '../errors/markets-error.ts';
import { parsePathPattern } from './path-pattern.ts';
import type { SourceSpec } from './source-spec.ts';

/**
 * The spec of a file that holds one message a line, each judged as it would be on its own; a message of JSON stands on one line then.
 * A source of files is given back as it is.
 */
export function messagesAsFile(spec: SourceSpec): SourceSpec {
  if (spec.source.type === 'file') return spec;
  const format = spec.source.format === 'json' ? 'jsonl' : spec.source.format;
  const parsed = parsePathPattern(`${spec.name}/messages*.${format === 'fixed_width' ? 'txt' : format}`);
  if (!parsed.ok) throw new MarketsError('ENGINE_INVARIANT', `No file of messages can be named after ${spec.name}.`);
  return { ...spec, stream: null, source: { ...spec.source, type: 'file', format, path_pattern: parsed.pattern } };
}

/** The sources whose messages the bridge reads: streams, and files whose messages come by a log. */
import { MarketsError } from '../../core/errors/markets-error.ts';
import { requireSpecs } from '../../core/spec/load-specs.ts';
import type { SourceSpec } from '../../core/spec/source-spec.ts';
import { nearestWord } from '../../core/types/nearest-word.ts';
import type { StreamSpec } from '../../streaming/bridge/source-bridge.ts';

/**
 * The enabled specs with a block `stream` below `folder`, or those of the names. CLI_USAGE where there is none; SPEC_NOT_FOUND for a name that is not among
 * them; SPEC_INVALID where a spec of the folder is wrong.
 */
export async function bridgedStreams(folder: string, names: readonly string[]): Promise<readonly StreamSpec[]> {
  const streams = (await requireSpecs(folder)).filter(isBridged);
  const all = streams.map(({ name }) => name);
  const unknown = names.find((name) => !all.includes(name));
  if (unknown !== undefined) {
    throw new MarketsError('SPEC_NOT_FOUND', `No enabled source with a stream has the name ${unknown}.`, {
      expected: nearestWord(unknown, all) ?? all.join(', '),
      found: unknown,
      next: 'Give the name of a source spec with a block `stream`.',
    });
  }
  if (streams.length > 0) return names.length === 0 ? streams : streams.filter(({ name }) => names.includes(name));
  throw new MarketsError('CLI_USAGE', 'No source spec has a stream.', {
    expected: 'a source spec with source.type stream, or with a block `stream`',
    found: `none below ${folder}`,
    next: 'Name another folder with --specs.',
  });
}

function isBridged(spec: SourceSpec): spec is StreamSpec {
  return spec.enabled && spec.stream !== null;
}

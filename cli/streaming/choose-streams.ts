/** The streams that a program of lane 2 serves. */
import { MarketsError } from '../../core/errors/markets-error.ts';
import { requireSpecs } from '../../core/spec/load-specs.ts';
import type { SourceSpec, Stream } from '../../core/spec/source-spec.ts';
import { nearestWord } from '../../core/types/nearest-word.ts';

export type StreamSpec = SourceSpec & { readonly stream: Stream };

/**
 * The enabled specs of type `stream` below `folder`, or those of the names. CLI_USAGE where there is none; SPEC_NOT_FOUND for a name that is no stream's;
 * SPEC_INVALID where a spec of the folder is wrong.
 */
export async function chooseStreams(folder: string, names: readonly string[]): Promise<readonly StreamSpec[]> {
  const streams = (await requireSpecs(folder)).filter(isStream);
  const unknown = names.find((name) => !streams.some((each) => each.name === name));
  if (unknown !== undefined) throw noStream(unknown, streams);
  if (streams.length > 0) return names.length === 0 ? streams : streams.filter(({ name }) => names.includes(name));
  throw new MarketsError('CLI_USAGE', 'No source spec is of a stream.', {
    expected: 'a source spec with source.type stream',
    found: `none below ${folder}`,
    next: 'Name another folder with --specs.',
  });
}

function isStream(spec: SourceSpec): spec is StreamSpec {
  return spec.enabled && spec.source.type === 'stream' && spec.stream !== null;
}

function noStream(name: string, streams: readonly StreamSpec[]): MarketsError {
  const names = streams.map((each) => each.name);
  return new MarketsError('SPEC_NOT_FOUND', `No stream has the name ${name}.`, {
    expected: nearestWord(name, names) ?? names.join(', '),
    found: name,
    next: 'Give the name of a source spec with source.type stream.',
  });
}

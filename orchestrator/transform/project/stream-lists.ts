/** Macros that give the names of the loaded streams: hand-written models ask them which loads are theirs. */
import type { SourceSpec } from '../../../core/spec/source-spec.ts';
import { candleSources } from './candle-trades-model.ts';
import type { ProjectFile } from './project-file.ts';

export function streamLists(streams: readonly SourceSpec[]): ProjectFile {
  const macro = (name: string, sources: readonly string[]): string =>
    `{% macro ${name}() %}{{ return([${sources.map((source) => `'${source}'`).join(', ')}]) }}{% endmacro %}\n`;
  const content = [
    macro(
      'stream_sources',
      streams.map(({ name }) => name),
    ),
    macro('candle_sources', candleSources(streams)),
    macro(
      'sequenced_sources',
      streams.filter(({ stream }) => typeof stream?.sequence_field === 'string').map(({ name }) => name),
    ),
  ];
  return { path: 'macros/generated/stream_lists.sql', content: content.join('\n') };
}

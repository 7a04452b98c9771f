/** Sources that come message by message into the warehouse; one that is cut into files of landing/ is a source of files like any other. */
import type { SourceSpec } from '../../core/spec/source-spec.ts';

export function isStream(spec: Pick<SourceSpec, 'source' | 'stream'>): boolean {
  return spec.stream !== null && spec.source.type === 'stream';
}

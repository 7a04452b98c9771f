/** The model in which a source's rows can be seen at the end of the lane. */
import type { SourceSpec } from '../../core/spec/source-spec.ts';

export function endOfLane(spec: SourceSpec): string {
  switch (spec.canonical.entity) {
    case 'trades':
      return 'curation.trades_enriched';
    case 'executions':
      return 'curation.executions';
    case 'orders':
      return 'curation.orders';
    default:
      return `staging.stg_${spec.name}`;
  }
}

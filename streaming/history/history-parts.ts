/** What the history of one source is given from outside. */
import type { HistoryFiles, HistoryOrder } from '../../core/ports/history-files.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { eventTimeColumn, sourceColumn } from '../../core/spec/source-column.ts';
import type { SourceSpec } from '../../core/spec/source-spec.ts';

export interface HistoryParts {
  readonly store: ObjectStore;
  readonly files: HistoryFiles;
  readonly spec: SourceSpec;
  /** A folder for files that are removed again. */
  readonly scratch: string;
  /** ISO 8601 UTC with 6 digits. */
  readonly now: () => string;
}

/** What a change of state needs to know. */
export interface HistoryOwner extends Pick<HistoryParts, 'store' | 'now'> {
  readonly spec: Pick<SourceSpec, 'name' | 'spec_version'>;
}

export function orderOf(spec: SourceSpec): HistoryOrder {
  return { instrument: sourceColumn(spec.canonical, 'instrument_id'), eventTime: eventTimeColumn(spec) };
}

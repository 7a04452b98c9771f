/**
 * The specs of a run become part of its record: their text under control/specs/<spec_version>.yaml, created if absent, and an event for a
 * version that was not the source's last one.
 */
import { isMarketsError } from '../../core/errors/markets-error.ts';
import type { SourceSpec } from '../../core/spec/source-spec.ts';
import type { AnyNewEvent } from './journal.ts';
import type { Lane } from './lane.ts';
import { refuseChangedSpecs } from './spec-change.ts';
import { specObject } from './spec-object.ts';

export async function registerSpecs(lane: Lane): Promise<void> {
  await refuseChangedSpecs(
    lane.store,
    lane.state,
    lane.specs.map(({ spec }) => spec),
  );
  const events: AnyNewEvent[] = [];
  for (const { spec, text } of lane.specs) {
    if (!spec.enabled || lane.state.specs.get(spec.name)?.data.spec_version === spec.spec_version) continue;
    try {
      await lane.store.write(specObject(spec.spec_version), text, { ifAbsent: true });
    } catch (error) {
      // The name is the hash of the content: what is there is the same text.
      if (!isMarketsError(error, 'STORE_EXISTS')) throw error;
    }
    events.push(specLoaded(spec, lane.clock.now()));
  }
  if (events.length > 0) await lane.journal.record(events);
}

function specLoaded(spec: SourceSpec, at: string): AnyNewEvent {
  const { expectations, processing } = spec;
  return {
    type: 'spec_loaded',
    at,
    source: spec.name,
    data: {
      spec_version: spec.spec_version,
      version: spec.version,
      entity: spec.canonical.entity,
      domain: spec.domain,
      source_system: processing.identity?.source_system ?? null,
      calendar: expectations.calendar,
      min_files_per_day: expectations.min_files_per_day,
      max_files_per_day: expectations.max_files_per_day,
      typical_min_rows: expectations.typical_row_count?.min ?? null,
      typical_max_rows: expectations.typical_row_count?.max ?? null,
      volume_anomaly: spec.quality.volume_anomaly,
      delivery: processing.delivery,
      timezone: spec.source.timezone,
    },
  };
}

/** The part of the fold that is about reports to regulators. */
import type { EventEnvelope } from '../../core/events/event.ts';
import type { ReportEventData } from '../../core/events/report-event.ts';
import type { LaneState } from './lane-state.ts';

type ReportEvent = { [T in keyof ReportEventData]: EventEnvelope<T> }[keyof ReportEventData];

export function applyReportEvent(state: LaneState, event: ReportEvent): void {
  switch (event.type) {
    case 'report_entries_collected': {
      const { instance, last_seq: seq, head_hash: hash, bytes, is_complete } = event.data;
      state.ledgers.set(instance, { seq, hash, bytes, is_complete });
      return;
    }
    case 'reports_owed':
      return;
    case 'reports_checked':
      state.reports_checked = event.data;
      return;
  }
}

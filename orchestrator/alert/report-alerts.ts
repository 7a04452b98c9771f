/** Alerts of reports to regulators, a kind and regime each: before a deadline is missed, when it was, and what failed. They heal with their cause. */
import type { LaneState } from '../state/lane-state.ts';
import { alert, type WantedAlert } from './wanted-alert.ts';

export function* reportAlerts({ reports_checked: checked }: LaneState): Generator<WantedAlert> {
  for (const { regime, due_soon: dueSoon, missed, failed } of checked?.regimes ?? []) {
    const about = { object: `regimes/${regime}` };
    if (dueSoon > 0) yield alert('report_due', 'P2', about, `${dueSoon} reports are not accepted and due soon.`);
    if (missed > 0) yield alert('report_missed', 'P1', about, `${missed} reports are not accepted, and their deadline has passed.`);
    if (failed > 0) yield alert('report_failed', 'P1', about, `${failed} reports were rejected, are invalid or dead-lettered.`);
  }
}

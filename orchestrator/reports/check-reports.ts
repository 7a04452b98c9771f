/** How many reports are due soon, missed or failed at the lane's clock, as far as the warehouse knows. An event says where it is otherwise than before. */
import type { ReportEventData } from '../../core/events/report-event.ts';
import type { WarehouseReader } from '../../core/ports/warehouse-reader.ts';
import type { Lane } from '../run/lane.ts';
import { addHours } from '../time/instant.ts';

type Checked = ReportEventData['reports_checked'];

/** So long before its deadline a report that is not accepted is somebody's business. A cycle an hour sees every deadline of a day several times before. */
const DUE_SOON_HOURS = 4;

const NOTHING: Checked = { regimes: [] };

/** Nothing is asked where no ledger is known. Idempotent: the same findings are told once. */
export async function checkReports(lane: Lane, openReader: () => Promise<WarehouseReader>): Promise<void> {
  if (lane.state.ledgers.size === 0 || lane.state.last_dbt === null) return;
  const reader = await openReader();
  let data: Checked;
  try {
    data = { regimes: await askWarehouse(reader, lane.clock.now()) };
  } finally {
    reader.close();
  }
  if (JSON.stringify(data) === JSON.stringify(lane.state.reports_checked ?? NOTHING)) return;
  await lane.assertHeld();
  await lane.journal.record([{ type: 'reports_checked', at: lane.clock.now(), data }]);
}

async function askWarehouse(reader: WarehouseReader, now: string): Promise<Checked['regimes']> {
  const sql = `select
      regime,
      sum(case when is_open and due_at_text >= ? and due_at_text <= ? then 1 else 0 end),
      sum(case when is_open and due_at_text < ? then 1 else 0 end),
      sum(case when state in ('rejected', 'invalid', 'dead_lettered') then 1 else 0 end)
    from ${reader.dialect.table('control', 'regulatory_reconciliation')}
    group by regime order by regime`;
  const regimes: Checked['regimes'][number][] = [];
  for await (const batch of (await reader.query(sql, [now, addHours(now, DUE_SOON_HOURS), now])).batches) {
    for (const [regime, dueSoon, missed, failed] of batch) {
      const counts = { due_soon: Number(dueSoon), missed: Number(missed), failed: Number(failed) };
      if (counts.due_soon + counts.missed + counts.failed > 0) regimes.push({ regime: String(regime), ...counts });
    }
  }
  return regimes;
}

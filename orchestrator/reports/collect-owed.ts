/**
 * Trade versions of curation that nobody has judged yet: an event says what each owes to whom, as the regimes are now. Key: event_id and regime; the warehouse knows
 * what was told before, so this follows a good build, and one that was judged twice counts as first judged.
 */
import type { OwedReport } from '../../core/events/report-event.ts';
import type { WarehouseReader } from '../../core/ports/warehouse-reader.ts';
import type { WarehouseDialect } from '../../core/warehouse/dialect.ts';
import type { AnyNewEvent } from '../run/journal.ts';
import type { Lane } from '../run/lane.ts';
import type { CuratedTrade, OwedJudge } from './owed-judge.ts';

/** Of one cycle; what is left comes with the next. */
const TRADES_MAX = 100_000;
/** Rows of one event. */
const ROWS_MAX = 4_000;
/** Tables of versions that reports are made of. */
const TABLES = ['executions', 'trade_versions'] as const;

export function owedCollector(
  openReader: () => Promise<WarehouseReader>,
  openJudge: () => Promise<OwedJudge>,
): (lane: Lane) => Promise<void> {
  return async (lane) => {
    // Where no reporter ever worked, nobody asks for the regimes that its configuration names.
    if (lane.state.ledgers.size > 0) await collectOwed(lane, openReader, await openJudge());
  };
}

async function collectOwed(lane: Lane, openReader: () => Promise<WarehouseReader>, judge: OwedJudge): Promise<void> {
  const sources = judge.sources.filter((source) => lane.specs.some(({ spec }) => spec.enabled && spec.name === source));
  if (sources.length === 0) return;
  const owed = new Map<string, OwedReport[]>();
  const reader = await openReader();
  try {
    for (const table of TABLES) {
      for await (const trade of unjudged(reader, table, sources)) {
        const rows = owed.get(trade.source) ?? [];
        owed.set(trade.source, rows);
        rows.push(...(await judge.judge(trade)));
      }
    }
  } finally {
    reader.close();
  }
  for (const [source, rows] of owed) {
    for (let from = 0; from < rows.length; from += ROWS_MAX) {
      const event: AnyNewEvent = { type: 'reports_owed', at: lane.clock.now(), source, data: { rows: rows.slice(from, from + ROWS_MAX) } };
      await lane.assertHeld();
      await lane.journal.record([event]);
    }
  }
}

async function* unjudged(
  reader: WarehouseReader,
  table: (typeof TABLES)[number],
  sources: readonly string[],
): AsyncGenerator<CuratedTrade> {
  const { columns, batches } = await reader.query(unjudgedQuery(reader.dialect, table, sources.length), sources);
  const sourceAt = columns.findIndex(({ name }) => name === 'source_name');
  for await (const batch of batches) {
    for (const row of batch) {
      yield { source: String(row[sourceAt]), values: new Map(columns.map(({ name }, index) => [name, row[index] ?? null])) };
    }
  }
}

function unjudgedQuery(dialect: WarehouseDialect, table: (typeof TABLES)[number], sources: number): string {
  return `select trade.* from ${dialect.table('curation', table)} as trade
    where trade.source_name in (${Array.from({ length: sources }, () => '?').join(', ')})
      and not exists (
        select 1 from ${dialect.table('control', 'owed_reports')} as owed
        where owed.trade_id = trade.trade_id and owed.trade_version = trade.version and owed.trade_status = coalesce(trade.status, 'NEW')
      )
    order by trade.trade_time, trade.trade_id, trade.version
    limit ${TRADES_MAX}`;
}

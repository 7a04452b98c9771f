/** Runs the cycles of the demo week, one after another, and keeps what a person wants to see of each. */
import type { CycleResult } from '../../orchestrator/run/cycle-result.ts';
import type { SandboxLane } from '../sandbox/sandbox-lane.ts';
import { land } from './land.ts';
import type { DemoCycleOutcome, HealedTrade } from './outcome.ts';
import { readRows } from '../sandbox/rows.ts';
import type { DemoCycle, DemoWeek } from './week.ts';

export interface WeekRun {
  readonly cycles: readonly DemoCycleOutcome[];
  readonly healed: readonly HealedTrade[];
}

const FLAGGED = `
  select source_system, source_trade_id, flag
  from (
    unpivot (
      select source_system, source_trade_id, trader_not_found, counterparty_not_found, instrument_not_found, book_not_found
      from curation.trades_enriched
    ) on trader_not_found, counterparty_not_found, instrument_not_found, book_not_found into name flag value is_set
  )
  where is_set
  order by all`;

type Flag = Omit<HealedTrade, 'healed_at'>;

export async function runWeek(lane: SandboxLane, week: DemoWeek, onCycle: (done: number, cycle: DemoCycle) => void): Promise<WeekRun> {
  const cycles: DemoCycleOutcome[] = [];
  const healed: HealedTrade[] = [];
  let flags: ReadonlyMap<string, Flag> = new Map();
  for (const [index, cycle] of week.cycles.entries()) {
    onCycle(index, cycle);
    await land(lane.rootFolder, cycle);
    const result = await lane.cycle(cycle.now);
    cycles.push(outcomeOf(cycle, result));
    if (result.transform !== 'ok') continue;
    const now = await flagsAt(lane, cycle.now);
    for (const [key, flag] of flags) if (!now.has(key)) healed.push({ ...flag, healed_at: cycle.now });
    // The first cycle that saw a flag is the one to tell of.
    flags = new Map([...now].map(([key, flag]) => [key, flags.get(key) ?? flag]));
  }
  onCycle(week.cycles.length, week.cycles.at(-1) ?? { now: '', title: '', deliveries: [] });
  return { cycles, healed };
}

async function flagsAt(lane: SandboxLane, now: string): Promise<ReadonlyMap<string, Flag>> {
  const reader = await lane.openWarehouse();
  try {
    const rows = await readRows(reader, FLAGGED);
    return new Map(
      rows.map((row) => {
        const [system, trade, flag] = [row['source_system'] ?? '', row['source_trade_id'] ?? '', row['flag'] ?? ''];
        return [`${system} ${trade} ${flag}`, { source_system: system, source_trade_id: trade, flag, flagged_at: now }];
      }),
    );
  } finally {
    reader.close();
  }
}

function outcomeOf(cycle: DemoCycle, result: CycleResult): DemoCycleOutcome {
  return {
    now: cycle.now,
    title: cycle.title,
    run_id: result.run_id,
    status: result.status,
    landed: cycle.deliveries.map(({ object, story }) => ({ object, story })),
    files: result.files,
    waiting: result.waiting,
    unclaimed: result.unclaimed,
    alerts_opened: result.alerts_opened,
    alerts_closed: result.alerts_closed,
    transform: result.transform,
    extracts: result.extracts,
    errors: result.errors.map(({ step, code, message }) => ({ step, code, message })),
  };
}

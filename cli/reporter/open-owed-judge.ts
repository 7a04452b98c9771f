/** What trades of the warehouse owe regulators, judged by the regimes that are on, with the reference data of each trade's time. */
import { SYSTEM_TIME } from '../../core/time/system-time.ts';
import { printTimestamp } from '../../core/types/print-value.ts';
import type { Value } from '../../core/types/column-type.ts';
import type { SourceSpec } from '../../core/spec/source-spec.ts';
import type { WarehouseReader } from '../../core/ports/warehouse-reader.ts';
import type { CuratedTrade, OwedJudge } from '../../orchestrator/index.ts';
import { eventId, type TradeEvent, type TradeStatus } from '../../reporter/event/trade-event.ts';
import { REPORTING_COLUMNS } from '../../reporter/event/reporting-columns.ts';
import type { Regime } from '../../reporter/regime/regime.ts';
import { ReferenceCache } from '../../reporter/reference/reference-cache.ts';
import { REFERENCE_LIMITS } from '../../reporter/reference/reference-limits.ts';
import type { ReferenceView } from '../../reporter/reference/reference-view.ts';
import { warehouseReferences } from '../../reporter/reference/warehouse-references.ts';
import { loadReporterConfig } from '../../reporter/config/load-reporter-config.ts';
import type { Settings } from '../framework/settings.ts';
import { configuredRegimes, reportedSources } from './reported-sources.ts';

const NO_REFERENCE: ReferenceView = { counterparty: null, trader: null, instrument: null, book: null };

/** undefined where no regime is on: then nothing is owed. */
export async function owedJudgeOpener(
  { config: folder, env }: Pick<Settings, 'config' | 'env'>,
  home: string,
  specs: readonly SourceSpec[],
  openReader: () => Promise<WarehouseReader>,
): Promise<(() => Promise<OwedJudge>) | undefined> {
  const config = await loadReporterConfig(folder, env);
  if (config.regimes.on.length === 0 || config.entity.lei === null) return undefined;
  return async () => {
    const regimes = await configuredRegimes(config, home, specs);
    return await openOwedJudge(regimes, reportedSources(config, regimes, specs), openReader);
  };
}

/** `openReader` gives the warehouse that holds the reference data. */
export async function openOwedJudge(
  regimes: readonly Regime[],
  sources: readonly string[],
  openReader: () => Promise<WarehouseReader>,
): Promise<OwedJudge> {
  const cache = new ReferenceCache(warehouseReferences(openReader), REFERENCE_LIMITS, SYSTEM_TIME);
  await cache.refresh();
  return {
    sources,
    async judge(trade) {
      const event = eventOf(trade);
      if (event === null) return [];
      const about = {
        event_id: event.eventId,
        trade_id: event.tradeId,
        trade_version: String(event.version),
        status: event.status,
        trade_time: momentText(event.tradeTimeUs),
      };
      const owed = [];
      for (const regime of regimes.filter((one) => one.appliesTo(trade.source))) {
        const viewed = await cache.view(event, regime.needs);
        // What cannot be judged for want of reference data is owed until it can: the reporter waits for them, too.
        const judged = 'missing' in viewed ? regime.eligible(event, NO_REFERENCE) : regime.eligible(event, viewed.view);
        const isEligible = judged.eligible || 'missing' in viewed;
        const reason = judged.eligible || isEligible ? null : judged.reason;
        owed.push({
          ...about,
          regime: regime.name,
          is_eligible: isEligible,
          reason,
          due_at: momentText(regime.dueAtUs(event.tradeTimeUs)),
        });
      }
      return owed;
    },
  };
}

/** null for a row without what an event is told by; curation has none such. */
function eventOf({ source, values }: CuratedTrade): TradeEvent | null {
  const [tradeId, version, tradeTimeUs] = [values.get('trade_id'), values.get('version') ?? 1n, values.get('trade_time')];
  if (typeof tradeId !== 'string' || typeof version !== 'bigint' || typeof tradeTimeUs !== 'bigint') return null;
  const status = (values.get('status') ?? 'NEW') as TradeStatus;
  return {
    eventId: eventId({ tradeId, version, status }),
    source,
    specVersion: '',
    tradeId,
    sourceTradeId: String(values.get('source_trade_id') ?? ''),
    version,
    status,
    tradeTimeUs,
    row: REPORTING_COLUMNS.map(({ name }) => (values.get(name) ?? null) as Value),
    contentSha256: '',
    receivedAt: '',
  };
}

function momentText(micros: bigint): string {
  return printTimestamp(micros);
}

/** Whether a trade of curation owes reports. Judged by the regimes of the reporter, which are another lane's: whoever opens the lane hands it in. */
import type { WarehouseValue } from '../../core/ports/warehouse-reader.ts';
import type { OwedReport } from '../../core/events/report-event.ts';

/** A version of a trade by the columns of curation. */
export interface CuratedTrade {
  readonly source: string;
  readonly values: ReadonlyMap<string, WarehouseValue>;
}

export interface OwedJudge {
  /** Sources that a regime looks at. */
  readonly sources: readonly string[];
  /** One row a regime that looks at the trade's source. */
  judge(trade: CuratedTrade): Promise<readonly OwedReport[]>;
}

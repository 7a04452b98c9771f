/** Trades of the bank itself on the last afternoon of the week, one for each thing that can happen to a report. */
import { INSTRUMENTS } from '../bank/instruments.ts';
import { COUNTERPARTIES } from '../bank/parties.ts';

/** A well-formed ISIN that the regulator's reference data do not have. */
export const UNKNOWN_ISIN = 'US0378331005';

export interface OwnTrade {
  readonly story: string;
  readonly message: Buffer;
}

const SHARE = INSTRUMENTS.find(({ assetClass, currency }) => assetClass === 'EQUITY' && currency === 'EUR');

/** `at` is the moment of the trade, ISO 8601 UTC with 6 digits. */
export function ownTrade(story: string, id: string, at: string, others: Readonly<Record<string, string>> = {}): OwnTrade {
  const version = others['version'] ?? '1';
  const message = {
    message_id: `${id}-${version}`,
    source_trade_id: id,
    version,
    status: 'NEW',
    trade_time: at,
    side: 'SELL',
    quantity: '1000',
    price: '101.35',
    currency: 'EUR',
    trader_id: 'T1001',
    counterparty_id: COUNTERPARTIES[0]?.id,
    instrument_id: SHARE?.id,
    isin: SHARE?.isin,
    book_id: 'EQ_CASH',
    venue: 'XOFF',
    trading_capacity: 'DEAL',
    investment_decision_id: 'DE19840312KATHAVOGEL',
    execution_id: 'ALGO7',
    execution_id_type: 'ALGO',
    short_selling: 'SELL',
    ...others,
  };
  return { story, message: Buffer.from(JSON.stringify(message)) };
}

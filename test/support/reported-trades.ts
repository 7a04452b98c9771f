/** Trades of the bank as messages of trade_events, and the references that the regulator has to hold in the end: by hand, not by the regimes. */
import { tradeId } from '../../core/identity/trade-id.ts';

export interface TradeMessage {
  /** Versions of one trade share it. */
  readonly key: string;
  readonly body: Buffer;
  readonly eventName: string;
}

export interface ReportedTrades {
  /** In the order in which they happen; some come twice. */
  readonly messages: readonly TradeMessage[];
  /** `<source_trade_id> <version>` of each. */
  readonly events: ReadonlySet<string>;
  /** References of reports that stand when all is done, of the regimes rts_22 and rts_1. */
  readonly standing: ReadonlySet<string>;
}

/** Every so many trades are amended, are the bank's buys (of which others publish the trade), and are told twice. */
const [AMENDED_EVERY, BOUGHT_EVERY, TWICE_EVERY] = [7, 3, 11];

export function reportedTrades(count: number, tradeTime: string): ReportedTrades {
  const messages: TradeMessage[] = [];
  const standing = new Set<string>();
  for (let number = 1; messages.length < count; number += 1) {
    const isBought = number % BOUGHT_EVERY === 0;
    const versions = number % AMENDED_EVERY === 0 ? 2 : 1;
    for (let version = 1; version <= versions; version += 1) {
      const message = tradeMessage(`BK-${String(number)}`, version, { isBought, tradeTime });
      messages.push(message, ...(number % TWICE_EVERY === 0 ? [message] : []));
    }
    const id = tradeId('markets', 'BOOKING', `BK-${String(number)}`).toUpperCase();
    standing.add(`RTS22${id}${String(versions)}`);
    if (!isBought) standing.add(`APA1${id}${String(versions)}`);
  }
  return { messages, events: new Set(messages.map(({ eventName }) => eventName)), standing };
}

function tradeMessage(id: string, version: number, { isBought, tradeTime }: { isBought: boolean; tradeTime: string }): TradeMessage {
  const trade = {
    ...{ message_id: `${id}-${String(version)}`, source_trade_id: id, version: String(version), status: version === 1 ? 'NEW' : 'AMENDED' },
    ...{ side: isBought ? 'BUY' : 'SELL', quantity: '1000', price: version === 1 ? '101.35' : '101.4', currency: 'EUR' },
    ...{ trader_id: 'TR001', counterparty_id: 'CP101', instrument_id: 'SAP', book_id: 'EQ-DE', venue: 'XOFF', trade_time: tradeTime },
    ...{ trading_capacity: 'DEAL', investment_decision_id: 'DE19700131JOHN#SMITH', execution_id: 'ALGO7', execution_id_type: 'ALGO' },
    ...(isBought ? {} : { short_selling: 'SELL' }),
  };
  return { key: id, body: Buffer.from(JSON.stringify(trade)), eventName: `${id} ${String(version)}` };
}

/** What ReportedTrades calls the event of a message's body. */
export function eventNameOf(body: Uint8Array): string {
  const { source_trade_id: id, version } = JSON.parse(Buffer.from(body).toString()) as { source_trade_id: string; version: string };
  return `${id} ${version}`;
}

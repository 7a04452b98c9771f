/** A stream of a bank's own trades for tests, and messages of it. */
import { parseSpec } from '../../../core/spec/parse-spec.ts';
import type { SourceSpec } from '../../../core/spec/source-spec.ts';

export const TRADE_SPEC_TEXT = `name: desk_trades
description: The bank's own trades, one JSON object a message
owner: desk@bank.example
domain: markets
source:
  type: stream
  format: json
stream:
  kafka_topic: desk.trades
  key_field: trade_ref
  event_time_field: executed_at
schema:
  - {name: trade_ref, type: STRING, nullable: false}
  - {name: version, type: INT64, nullable: false, min_value: 1}
  - {name: status, type: STRING, nullable: false, allowed_values: [NEW, AMENDED, CANCELLED]}
  - {name: executed_at, type: TIMESTAMP, nullable: false}
  - {name: side, type: STRING, nullable: false, allowed_values: [BUY, SELL]}
  - {name: quantity, type: 'NUMERIC(18,4)', nullable: false}
  - {name: price, type: 'NUMERIC(18,9)', nullable: false}
  - {name: currency, type: STRING}
  - {name: isin, type: STRING, nullable: false}
  - {name: trader_id, type: STRING}
  - {name: counterparty_id, type: STRING}
  - {name: venue, type: STRING}
  - {name: trading_capacity, type: STRING, allowed_values: [DEAL, MTCH, AOTC]}
  - {name: net_amount, type: 'NUMERIC(18,2)'}
  - {name: transmission, type: BOOL}
validation:
  row_level:
    - {rule: 'quantity > 0', code: QUANTITY_POSITIVE, severity: error}
processing:
  identity: {domain: markets, source_system: DESK, source_id_field: trade_ref}
canonical:
  entity: trades
  map: {trade_time: executed_at}
`;

export function specFrom(text: string): SourceSpec {
  const parsed = parseSpec(text, 'streaming/desk_trades.yaml');
  if ('spec' in parsed) return parsed.spec;
  throw new Error(parsed.problems.map(({ message }) => message).join('\n'));
}

export const TRADE_SPEC = specFrom(TRADE_SPEC_TEXT);

export const TRADE_MESSAGE: Readonly<Record<string, unknown>> = {
  trade_ref: 'D-1',
  version: 1,
  status: 'NEW',
  executed_at: '2026-01-05T10:15:23.412907Z',
  side: 'BUY',
  quantity: 1000,
  price: 101.25,
  currency: 'EUR',
  isin: 'DE000A1EWWW0',
  trader_id: 'T-1',
  counterparty_id: 'CP-1',
  venue: 'XETR',
  trading_capacity: 'DEAL',
  net_amount: 101250.5,
  transmission: false,
};

/** The message of a trade with some members changed; undefined leaves one out. */
export function tradeMessage(changes: Readonly<Record<string, unknown>> = {}): Buffer {
  return Buffer.from(JSON.stringify({ ...TRADE_MESSAGE, ...changes }));
}

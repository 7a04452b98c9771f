/** The least that a source of trades needs, and variations of it. */
export const MINIMAL_SPEC = `name: murex_trades
description: Trades of the Murex front office
owner: desk@bank.example
domain: markets
source:
  path_pattern: murex/trades_{business_date:%Y%m%d}.csv
schema:
  - {name: trade_id, type: STRING}
  - {name: exec_time, type: TIMESTAMP}
  - {name: side, type: STRING}
  - {name: qty, type: INT64}
  - {name: px, type: NUMERIC}
  - {name: symbol, type: STRING}
  - {name: counterparty, type: STRING}
expectations:
  frequency: daily
processing:
  identity: {domain: markets, source_system: MUREX, source_id_field: trade_id}
`;

/** The spec with one text replaced by another, which must be there. */
export function minimalSpecWith(text: string, replacement: string): string {
  if (!MINIMAL_SPEC.includes(text)) {
    throw new Error(`the minimal spec has no ${text}`);
  }
  return MINIMAL_SPEC.replace(text, replacement);
}

/** A source of trades as a stream, for tests. */
import { parseSpec } from '../../../core/spec/parse-spec.ts';
import type { SourceSpec } from '../../../core/spec/source-spec.ts';

const YAML = `
name: test_ticks
version: 1
enabled: true
description: Trades of a simulated exchange
owner: markets-data@example.com
domain: markets
source:
  type: stream
  format: json
schema:
  - {name: trade_id, type: STRING, nullable: false}
  - {name: instrument, type: STRING, nullable: false, max_length: 32}
  - {name: price, type: "NUMERIC(18,9)", nullable: false}
  - {name: quantity, type: "NUMERIC(18,9)", nullable: false}
  - {name: side, type: STRING, allowed_values: [BUY, SELL]}
  - {name: trade_time, type: TIMESTAMP, nullable: false}
  - {name: sequence, type: INT64}
  - {name: session, type: STRING}
validation:
  row_level:
    - {rule: "price > 0", code: PRICE_POSITIVE}
    - {rule: "quantity >= 0", code: QUANTITY_POSITIVE}
canonical:
  entity: prices
  map:
    instrument_id: instrument
    price_time: trade_time
    price: price
stream:
  kafka_topic: test.ticks
  key_field: trade_id
  sequence_field: sequence
  sequence_by: [instrument, session]
  partition_key: instrument
`;

export function tradeSpec(yaml: (text: string) => string = (text) => text): SourceSpec {
  const parsed = parseSpec(yaml(YAML), 'test_ticks.yaml');
  if ('problems' in parsed) throw new Error(parsed.problems.map(({ message }) => message).join('; '));
  return parsed.spec;
}

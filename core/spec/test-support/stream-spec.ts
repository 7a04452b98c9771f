/** A stream with everything that a stream may say, and variations of it. */
export const STREAM_SPEC = `name: venue_quotes
description: Best bid and offer of one venue
owner: desk@bank.example
domain: markets
source:
  type: stream
  format: json
schema:
  - {name: quote_id, type: STRING}
  - {name: quote_time, type: TIMESTAMP}
  - {name: symbol, type: STRING}
  - {name: bid, type: NUMERIC}
  - {name: ask, type: NUMERIC}
  - {name: seq, type: INT64}
  - {name: levels, type: JSON}
canonical:
  entity: quotes
stream:
  kafka_topic: venue.quotes
  key_field: quote_id
  sequence_field: seq
  sequence_by: [symbol]
  partition_key: symbol
quality:
  gaps: [30s, 500ms, 5s]
  outliers: {column: bid, window: 50, sigma: 4.5}
  duplicates: {columns: [symbol, bid, ask], within: 2s}
  crossed: {bid: bid, ask: ask}
  positive: [bid, ask]
  future: 5s
`;

/** The spec with one text replaced by another, which must be there. */
export function streamSpecWith(text: string, replacement: string): string {
  if (!STREAM_SPEC.includes(text)) {
    throw new Error(`the spec of a stream has no ${text}`);
  }
  return STREAM_SPEC.replace(text, replacement);
}

/** The source that the large files are of: 14 typed columns with limits, patterns, checks and rules over two columns. */
import { parseSpec } from '../../core/spec/parse-spec.ts';
import type { SourceSpec } from '../../core/spec/source-spec.ts';

export type TradesFormat = 'csv' | 'jsonl' | 'xml';

export interface TradesColumn {
  readonly name: string;
  /** What the bare read by DuckDB takes it for. */
  readonly duckdb: string;
  /** Stands in JSON without quotes. */
  readonly literal: boolean;
  /** The rest of its entry in the spec. */
  readonly spec: string;
}

const column = (name: string, duckdb: string, spec: string, literal = false): TradesColumn => ({ name, duckdb, literal, spec });

/** In the order of the file. */
export const TRADES_COLUMNS: readonly TradesColumn[] = [
  column('trade_id', 'VARCHAR', "type: STRING, nullable: false, pattern: 'T[0-9]{12}'"),
  column('trade_time', 'TIMESTAMPTZ', 'type: TIMESTAMP, nullable: false'),
  column('received_time', 'TIMESTAMPTZ', 'type: TIMESTAMP, nullable: false'),
  column('confirmed_time', 'TIMESTAMPTZ', 'type: TIMESTAMP'),
  column('settlement_date', 'DATE', 'type: DATE, nullable: false'),
  column('version', 'BIGINT', 'type: INT64, nullable: false, min_value: 1, max_value: 999', true),
  column('side', 'VARCHAR', 'type: STRING, nullable: false, allowed_values: [BUY, SELL]'),
  column('status', 'VARCHAR', 'type: STRING, nullable: false, allowed_values: [NEW, AMENDED, CANCELLED]'),
  column('quantity', 'DECIMAL(18,9)', "type: 'NUMERIC(18,9)', nullable: false, min_value: 0", true),
  column('price', 'DECIMAL(18,9)', "type: 'NUMERIC(18,9)', nullable: false, min_value: 0", true),
  column('currency', 'VARCHAR', 'type: STRING, nullable: false, check: currency'),
  column('isin', 'VARCHAR', 'type: STRING, check: isin'),
  column('trader_id', 'VARCHAR', "type: STRING, nullable: false, pattern: 'TR[0-9]{3,9}'"),
  column('counterparty', 'VARCHAR', 'type: STRING, max_length: 32'),
];

/** The place of a column in the file; a RangeError for a name that it does not have. */
export function tradesColumn(name: string): number {
  const place = TRADES_COLUMNS.findIndex((each) => each.name === name);
  if (place < 0) throw new RangeError(`no column ${name}`);
  return place;
}

export interface TradesSpecOptions {
  readonly format: TradesFormat;
  /** "" is NULL, so that a file may quote every field. */
  readonly quotedNulls?: boolean;
  /** trade_id may stand once in a file. */
  readonly unique?: boolean;
}

export function tradesSpec({ format, quotedNulls = false, unique = false }: TradesSpecOptions): SourceSpec {
  const schema = TRADES_COLUMNS.map(({ name, spec }) => {
    const place = format === 'csv' ? '' : format === 'xml' ? `, xpath: ${name}` : `, path: ${name}`;
    return `  - {name: ${name}, description: ${name} of the trade, ${spec}${place}${unique && name === 'trade_id' ? ', unique: true' : ''}}`;
  });
  const text = `name: scale_trades
description: Made-up trades for measurements
owner: markets-data@example.com
domain: markets
source:
  path_pattern: scale_trades/trades_*.${format}
  format: ${format}
${quotedNulls ? "  null_values: ['']\n" : ''}${format === 'xml' ? '  root_element: trades\n  row_element: trade\n' : ''}schema:
${schema.join('\n')}
expectations:
  frequency: daily
validation:
  row_level:
    - {rule: received_time >= trade_time, code: RECEIVED_BEFORE_TRADE}
    - {rule: settlement_date >= date(trade_time), code: SETTLED_BEFORE_TRADE}
    - {rule: quantity * price <= 2000000000, code: NOTIONAL_TOO_LARGE}
canonical: {entity: none}
`;
  const parsed = parseSpec(text, 'scale_trades.yaml');
  if ('problems' in parsed) throw new Error(parsed.problems.map(({ message }) => message).join('; '));
  return parsed.spec;
}

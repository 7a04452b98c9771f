/** DuckDB's typed read of a file of trades: every type given, nothing sniffed, prices as DECIMAL(18,9). */
import { sqlText } from '../../core/warehouse/sql-text.ts';
import { TRADES_COLUMNS } from '../data/trades-spec.ts';

/**
 * The file as a table expression. Moments are TIMESTAMPTZ: it is as fast as TIMESTAMP, which drops the offset of a text instead of
 * applying it.
 */
export function duckdbRead(path: string, format: 'csv' | 'jsonl'): string {
  const columns = TRADES_COLUMNS.map(({ name, duckdb }) => `'${name}': '${duckdb}'`).join(', ');
  return format === 'csv'
    ? `read_csv(${sqlText(path)}, auto_detect = false, header = true, delim = ',', quote = '"', escape = '"', columns = {${columns}})`
    : `read_json(${sqlText(path)}, format = 'newline_delimited', columns = {${columns}})`;
}

export const IN_UTC = "SET TimeZone = 'UTC'";

/** Rows of the warehouse that a trace needs, as texts, classified columns masked. */
import { isMarketsError } from '../../core/errors/markets-error.ts';
import type { WarehouseReader, WarehouseValue } from '../../core/ports/warehouse-reader.ts';
import { printValue } from '../../core/types/print-value.ts';
import type { ColumnType, Value } from '../../core/types/column-type.ts';
import { MASKED } from '../../core/classification/classified-columns.ts';
import type { TracedRow } from './trace-result.ts';

const ROWS_MAX = 1000;

export interface TradeRows {
  /** The enriched trade by its id, or by the id that its source gave it. */
  current(id: string): Promise<TracedRow | null>;
  /** Every version of a trade, newest first. */
  versions(tradeId: string): Promise<readonly TracedRow[]>;
  /** The trade that came from one record of a load. */
  ofRecord(loadId: string, record: number): Promise<TracedRow | null>;
}

export function tradeRows(reader: WarehouseReader, masked: ReadonlySet<string>): TradeRows {
  const rows = async (sql: string, parameters: readonly string[]): Promise<readonly TracedRow[]> =>
    await readRows(reader, masked, sql, parameters);
  const { dialect } = reader;
  const enriched = dialect.table('curation', 'trades_enriched');
  const versions = dialect.table('curation', 'trade_versions');
  return {
    current: async (id) => {
      const found = await rows(`select * from ${enriched} where trade_id = ? or source_trade_id = ? order by trade_id`, [id, id]);
      return found[0] ?? null;
    },
    versions: async (tradeId) => await rows(`select * from ${versions} where trade_id = ? order by version desc, _record desc`, [tradeId]),
    ofRecord: async (loadId, record) => {
      const sql = `select * from ${versions} where _load_id = ? and _record = ${dialect.asInteger('?')}`;
      return (await rows(sql, [loadId, String(record)]))[0] ?? null;
    },
  };
}

async function readRows(
  reader: WarehouseReader,
  masked: ReadonlySet<string>,
  sql: string,
  parameters: readonly string[],
): Promise<readonly TracedRow[]> {
  try {
    const { columns, batches } = await reader.query(sql, parameters);
    const found: TracedRow[] = [];
    for await (const batch of batches) {
      for (const row of batch) {
        if (found.length >= ROWS_MAX) return found;
        found.push(Object.fromEntries(columns.map(({ name, type }, index) => [name, textOf(name, type, row[index] ?? null, masked)])));
      }
    }
    return found;
  } catch (error) {
    // A warehouse without sources of trades has no such table.
    if (isMarketsError(error, 'WAREHOUSE_QUERY') && /does not exist|notFound/.test(error.message + String(error.found))) return [];
    throw error;
  }
}

function textOf(name: string, type: ColumnType, value: WarehouseValue, masked: ReadonlySet<string>): string | null {
  if (value === null) return null;
  if (masked.has(name)) return MASKED;
  return isList(value) ? JSON.stringify(value.map((one) => printValue(type, one))) : printValue(type, value);
}

function isList(value: WarehouseValue): value is readonly Value[] {
  return Array.isArray(value);
}

/** The dimensions of the warehouse as rows of reference data: all of a kind, or all versions of the keys that have a value. Parameters, never pasted text. */
import { MarketsError } from '../../core/errors/markets-error.ts';
import type { WarehouseReader, WarehouseRow } from '../../core/ports/warehouse-reader.ts';
import type { WarehouseDialect } from '../../core/warehouse/dialect.ts';
import type { Value } from '../../core/types/column-type.ts';
import { REFERENCE_TABLES, type ReferenceSearch, type ReferenceTable } from './reference-kinds.ts';
import type { ValidRow } from './reference-memory.ts';
import type { ReferenceKind } from './reference-view.ts';

export interface KeyedRows {
  readonly key: string;
  readonly rows: readonly ValidRow[];
}

export interface ReferenceRows {
  /** Keys with all their versions, in order of the key, until `rowsMax` rows; `left` tells at the end whether there were more. */
  all(kind: ReferenceKind, rowsMax: number, left: () => void): AsyncIterable<KeyedRows>;
  /** The keys that have the value in that column at any time. */
  lookUp(kind: ReferenceKind, search: ReferenceSearch, value: string): Promise<readonly KeyedRows[]>;
}

/** A key has so many versions at most; more is no reference data. */
const VERSIONS_MAX = 10_000;

/** Opens a reader for each question: the embedded warehouse is another file after each build. Errors as of WarehouseReader. */
export function warehouseReferences(open: () => Promise<WarehouseReader>): ReferenceRows {
  // A reader takes one question at a time, and so does this.
  let turn: Promise<unknown> = Promise.resolve();
  async function inTurn<T>(ask: (reader: WarehouseReader) => Promise<T>): Promise<T> {
    const mine = turn.then(async () => {
      const reader = await open();
      try {
        return await ask(reader);
      } finally {
        reader.close();
      }
    });
    turn = mine.catch(() => undefined);
    return await mine;
  }
  return {
    async *all(kind, rowsMax, left) {
      const keys = await inTurn(async (reader) => {
        const { batches } = await reader.query(allQuery(reader.dialect, REFERENCE_TABLES[kind], rowsMax + 1));
        return await keyed(batches, rowsMax + 1);
      });
      const rows = keys.reduce((sum, key) => sum + key.rows.length, 0);
      // The last key may have been cut.
      if (rows > rowsMax) {
        keys.pop();
        left();
      }
      yield* keys;
    },
    lookUp: async (kind, search, value) =>
      await inTurn(async (reader) => {
        const { batches } = await reader.query(lookUpQuery(reader.dialect, REFERENCE_TABLES[kind], search), [value]);
        return await keyed(batches, VERSIONS_MAX);
      }),
  };
}

export function allQuery(dialect: WarehouseDialect, table: ReferenceTable, rowsMax: number): string {
  return `${selection(dialect, table)} order by ${dialect.column(table.key)}, ${dialect.column('valid_from')} limit ${String(rowsMax)}`;
}

/** One parameter: the value. */
export function lookUpQuery(dialect: WarehouseDialect, table: ReferenceTable, { column }: ReferenceSearch): string {
  const [key, name] = [dialect.column(table.key), dialect.column(table.table)];
  const from = dialect.table('dimensions', table.table);
  const wanted =
    column === table.key ? '= ?' : `in (select ${name}.${key} from ${from} as ${name} where ${name}.${dialect.column(column)} = ?)`;
  return `${selection(dialect, table)} where ${key} ${wanted} order by ${key}, ${dialect.column('valid_from')} limit ${String(VERSIONS_MAX)}`;
}

/** The key is the first of the columns. */
function selection(dialect: WarehouseDialect, { table, columns }: ReferenceTable): string {
  const names = ['valid_from', 'valid_to', ...columns.map(({ name }) => name)];
  return `select ${names.map((name) => dialect.column(name)).join(', ')} from ${dialect.table('dimensions', table)}`;
}

async function keyed(batches: AsyncIterable<readonly WarehouseRow[]>, rowsMax: number): Promise<KeyedRows[]> {
  const keys: { key: string; rows: ValidRow[] }[] = [];
  let count = 0;
  for await (const batch of batches) {
    for (const row of batch) {
      count += 1;
      if (count > rowsMax) return keys;
      const [fromUs, toUs, ...values] = row as readonly Value[];
      const [key] = values;
      if (typeof key !== 'string' || typeof fromUs !== 'bigint' || typeof toUs !== 'bigint') throw notReference(row);
      const last = keys.at(-1);
      const rows = last?.key === key ? last.rows : [];
      if (last?.key !== key) keys.push({ key, rows });
      rows.push({ fromUs, toUs, values });
    }
  }
  return keys;
}

function notReference(row: WarehouseRow): MarketsError {
  return new MarketsError('WAREHOUSE_QUERY', 'A dimension of the warehouse has rows that are no reference data.', {
    expected: 'valid_from and valid_to as timestamps, then a text as key',
    found: row
      .slice(0, 3)
      .map((value) => typeof value)
      .join(', '),
    next: 'Build the warehouse anew with this version of the project.',
  });
}

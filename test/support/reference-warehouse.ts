/** The snapshot of an embedded warehouse that holds reference data alone, for programs that report. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { duckdbType } from '../../core/warehouse/duckdb-type.ts';
import { sqlName, sqlText } from '../../core/warehouse/sql-text.ts';
import { REFERENCE_TABLES } from '../../reporter/reference/reference-kinds.ts';
import type { ReferenceKind } from '../../reporter/reference/reference-view.ts';

type Rows = { readonly [Kind in ReferenceKind]?: readonly Readonly<Record<string, string>>[] };

const ROWS: Rows = {
  instrument: [
    { instrument_id: 'SAP', isin: 'DE0007164600', instrument_name: 'SAP SE', asset_class: 'EQUITY', currency: 'EUR', venue: 'XETR' },
  ],
  counterparty: [
    { counterparty_id: 'CP101', counterparty_name: 'Elbe Asset Management GmbH', counterparty_lei: '529900ELBE7ASSET0138', country: 'DE' },
  ],
  trader: [{ trader_id: 'TR001', trader_name: 'Anna Muster' }],
  book: [{ book_id: 'EQ-DE', book_name: 'German equities', legal_entity: 'DE01' }],
};

/** Below `root`, where `markets run` leaves it; every row is valid for ever. */
export async function writeReferenceWarehouse(root: string, rows: Rows = ROWS): Promise<void> {
  mkdirSync(join(root, 'warehouse'), { recursive: true });
  const instance = await DuckDBInstance.create(join(root, 'warehouse', 'snapshot.duckdb'));
  const connection = await instance.connect();
  await connection.run('create schema dimensions');
  for (const { kind, table, columns } of Object.values(REFERENCE_TABLES)) {
    const types = columns.map(({ name, type }) => `${sqlName(name)} ${duckdbType(type)}`).join(', ');
    await connection.run(`create table dimensions.${sqlName(table)} (valid_from timestamptz, valid_to timestamptz, ${types})`);
    for (const row of rows[kind] ?? []) {
      const names = Object.keys(row);
      const values = ["timestamptz '2000-01-01 00:00:00+00'", "timestamptz '9999-01-01 00:00:00+00'", ...Object.values(row).map(sqlText)];
      const into = ['valid_from', 'valid_to', ...names.map(sqlName)].join(', ');
      await connection.run(`insert into dimensions.${sqlName(table)} (${into}) values (${values.join(', ')})`);
    }
  }
  connection.closeSync();
  instance.closeSync();
}

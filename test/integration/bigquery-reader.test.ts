/** The BigQuery reader on an emulator that runs every statement. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBigqueryWarehouse } from '../../core/adapters/bigquery/bigquery-warehouse-reader.ts';
import { warehouseReaderContract } from '../../core/ports/warehouse-reader.contract.ts';
import type { ColumnType } from '../../core/types/column-type.ts';
import { BQEMULATOR, startBigqueryEmulator, type BigqueryEmulator } from '../servers/bigquery.ts';
import { serverOrSkip } from '../servers/server-tool.ts';
import { emulatorOptions, runStatements } from '../support/bigquery.ts';

serverOrSkip(BQEMULATOR, 'BigQuery by its emulator', () => {
  let emulator: BigqueryEmulator;
  beforeAll(async () => {
    emulator = await startBigqueryEmulator();
    await runStatements(emulator, [
      'create schema t_raw',
      'create table t_raw.numbers (n int64)',
      'insert into t_raw.numbers (n) select n from unnest(generate_array(0, 11999)) as n',
    ]);
  });
  afterAll(async () => {
    await emulator.stop();
  });

  warehouseReaderContract('BigQuery', {
    open: async () => await Promise.resolve(openBigqueryWarehouse(emulatorOptions(emulator, 't_'))),
    literal,
  });

  test('bytes come in base64 and JSON as text', async () => {
    const reader = openBigqueryWarehouse(emulatorOptions(emulator, 't_'));
    const { batches } = await reader.query("select from_hex('00ff') as b, json '{\"a\":1}' as j, struct(1 as x, 'a' as y) as s");
    for await (const [row] of batches) expect(row).toEqual([new Uint8Array([0, 255]), '{"a":1}', '["1","a"]']);
  });
});

/** Decimals as literals of their type: the emulator casts a text to fewer digits. */
function literal(type: ColumnType, written: string | null): string {
  if (written !== null && type.kind === 'DECIMAL') return `${type.scale > 9 ? 'bignumeric' : 'numeric'} '${written}'`;
  const text = written === null ? 'null' : `'${written.replaceAll("''", "\\'")}'`;
  return `cast(${text} as ${type.kind === 'DECIMAL' ? 'numeric' : type.kind.toLowerCase()})`;
}

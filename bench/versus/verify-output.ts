/** Holds what the engine left to the truth about the file, and to what DuckDB reads from the same trades. */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { QUARANTINE_FILE, VALID_FILE } from '../../core/engine/result-files.ts';
import { sqlText } from '../../core/warehouse/sql-text.ts';
import { TRADES_COLUMNS } from '../data/trades-spec.ts';
import { compareWithTruth } from '../data/truth-file.ts';
import { duckdbRead, IN_UTC } from './duckdb-read.ts';

export interface OutputToVerify {
  /** valid.parquet and quarantine.jsonl of the run. */
  readonly folder: string;
  /** null where no row is bad. */
  readonly truthPath: string | null;
  /** A CSV of the good rows, as they must have been read. */
  readonly goodPath: string;
  readonly good: number;
}

/** Throws with the first difference; gives the number of bad rows that were found as they should be. */
export async function verifyOutput({ folder, truthPath, goodPath, good }: OutputToVerify): Promise<number> {
  const quarantine = join(folder, QUARANTINE_FILE);
  const bad = truthPath === null ? 0 : await verifyQuarantine(truthPath, quarantine);
  if (truthPath === null && existsSync(quarantine) && statSync(quarantine).size > 0) throw new Error('good rows were refused');
  const differing = await differingRows(join(folder, VALID_FILE), goodPath);
  if (differing.count !== good || differing.missing !== 0 || differing.added !== 0) {
    throw new Error(`of ${good} good rows ${differing.count} are there, ${differing.missing} missing, ${differing.added} others`);
  }
  return bad;
}

async function verifyQuarantine(truthPath: string, quarantine: string): Promise<number> {
  const { records, difference } = await compareWithTruth(truthPath, quarantine);
  if (difference !== null) throw new Error(`the quarantine is not the truth: ${difference}`);
  return records;
}

interface Differing {
  readonly count: number;
  /** Rows of the file that the Parquet does not have, and the other way round. */
  readonly missing: number;
  readonly added: number;
}

async function differingRows(parquet: string, goodPath: string): Promise<Differing> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    await connection.run(IN_UTC);
    const names = TRADES_COLUMNS.map(({ name }) => name).join(', ');
    const [ours, theirs] = [
      `SELECT ${names} FROM read_parquet(${sqlText(parquet)})`,
      `SELECT ${names} FROM ${duckdbRead(goodPath, 'csv')}`,
    ];
    const count = async (sql: string): Promise<number> => {
      const rows = (await connection.runAndReadAll(`SELECT count(*) FROM (${sql})`)).getRows();
      return Number(rows[0]?.[0]);
    };
    return {
      count: await count(ours),
      missing: await count(`${theirs} EXCEPT ALL ${ours}`),
      added: await count(`${ours} EXCEPT ALL ${theirs}`),
    };
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

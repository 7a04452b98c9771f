/** Expressions on rows in DuckDB, row by row, errors included. */
import {
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBInstance,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBTimeValue,
  type DuckDBConnection,
  type DuckDBValue,
} from '@duckdb/node-api';
import type { Value } from '../../types/column-type.ts';
import { duckdbType } from '../../warehouse/duckdb-type.ts';
import { literalSql } from '../duckdb/literal.ts';
import { answerOf, type Answer } from './answer.ts';
import { COLUMNS } from './random-rows.ts';

export class DuckDbJudge {
  readonly #connection: DuckDBConnection;
  readonly #instance: DuckDBInstance;

  constructor(instance: DuckDBInstance, connection: DuckDBConnection) {
    this.#instance = instance;
    this.#connection = connection;
  }

  static async open(): Promise<DuckDbJudge> {
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    // Nothing may depend on the session's zone.
    await connection.run("SET TimeZone = 'America/New_York'");
    await connection.run('SET threads = 1');
    return new DuckDbJudge(instance, connection);
  }

  close(): void {
    this.#connection.closeSync();
    this.#instance.closeSync();
  }

  async load(rows: readonly (readonly Value[])[]): Promise<void> {
    const columns = [...COLUMNS].map(([name, type]) => `"${name}" ${duckdbType(type)}`);
    await this.#connection.run(`CREATE OR REPLACE TABLE tried (n INTEGER, ${columns.join(', ')})`);
    const types = [...COLUMNS.values()];
    const tuples = rows.map((row, n) => `(${n}, ${types.map((type, index) => literalSql(type, row[index] ?? null)).join(', ')})`);
    await this.#connection.run(`INSERT INTO tried VALUES ${tuples.join(', ')}`);
  }

  /** The answers of all rows; a row that fails is found by asking for each alone. */
  async answers(sql: string, count: number): Promise<readonly Answer[]> {
    const all = await this.#ask(`SELECT ${sql} FROM tried ORDER BY n`);
    if (all !== 'error') {
      return all;
    }
    const single: Answer[] = [];
    for (let n = 0; n < count; n += 1) {
      const answer = await this.#ask(`SELECT ${sql} FROM tried WHERE n = ${n}`);
      single.push(answer === 'error' ? 'error' : (answer[0] ?? 'nothing'));
    }
    return single;
  }

  async type(sql: string): Promise<string> {
    const reader = await this.#connection.runAndReadAll(`SELECT typeof(${sql}) FROM tried LIMIT 1`);
    return String(reader.getRows()[0]?.[0]);
  }

  async #ask(sql: string): Promise<readonly Answer[] | 'error'> {
    try {
      const reader = await this.#connection.runAndReadAll(sql);
      return reader.getRows().map(([value = null]) => answerOf(plain(value)));
    } catch (error) {
      const message = error instanceof Error ? error.message : '';
      if (/^(Out of Range|Conversion|Invalid Input|Invalid) Error/.test(message)) {
        return 'error';
      }
      throw new Error(`${message}\n${sql}`, { cause: error });
    }
  }
}

function plain(value: DuckDBValue): Value {
  if (value instanceof DuckDBDecimalValue) {
    return value.value;
  }
  if (value instanceof DuckDBDateValue) {
    return value.days;
  }
  if (value instanceof DuckDBTimeValue) {
    return Number(value.micros);
  }
  if (value instanceof DuckDBTimestampValue || value instanceof DuckDBTimestampTZValue) {
    return value.micros;
  }
  return value as Value;
}

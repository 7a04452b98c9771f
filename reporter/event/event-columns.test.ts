/** The row of an event against the SQL that the warehouse stages the same record with, in DuckDB, for every shipped source of trades. */
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CANONICAL_ENTITIES } from '../../core/canonical/entities.ts';
import type { Cell } from '../../core/engine/output/file-output.ts';
import { plainCell, query } from '../../core/engine/test-support/duckdb-values.ts';
import { plainText, valuesOf } from '../../core/engine/test-support/parquet-values.ts';
import { literalSql } from '../../core/expression/duckdb/literal.ts';
import { compileToDuckDbSql } from '../../core/expression/to-duckdb-sql.ts';
import { TRADE_ID_NAMESPACE } from '../../core/identity/trade-id.ts';
import { requireSpecs } from '../../core/spec/load-specs.ts';
import type { Column, SourceSpec } from '../../core/spec/source-spec.ts';
import type { ColumnType, Value } from '../../core/types/column-type.ts';
import { duckdbType } from '../../core/warehouse/duckdb-type.ts';
import { sqlName, sqlText } from '../../core/warehouse/sql-text.ts';
import { eventColumns } from './event-columns.ts';
import { REPORTING_COLUMNS, reportingColumn } from './reporting-columns.ts';
import { specFrom, TRADE_SPEC, TRADE_SPEC_TEXT } from './test-support/trade-spec.ts';

const ROWS = 60;
const SPECS = await requireSpecs(fileURLToPath(new URL('../../source_specs', import.meta.url)));
const OF_TRADES = [TRADE_SPEC, ...SPECS.filter(({ canonical: { entity } }) => entity === 'trades' || entity === 'executions')];

/** No NUL: the SQL text that carries the rows cannot hold one. */
const TEXTS = fc.oneof(
  fc.constantFrom('', ' ', 'BUY', 'sell', ' B ', '1', '𝄞', 'ﬁ', "o'k"),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
);
/** Amounts stay within what the canonical type holds; beyond it both refuse. */
const AMOUNT_MAX = 10n ** 14n;

function anyValue({ type, nullable, allowed_values: allowed }: Column): fc.Arbitrary<Value> {
  const values = allowed === null ? valueOf(type) : fc.constantFrom(...allowed);
  return nullable ? fc.option(values) : values;
}

function valueOf(type: ColumnType): fc.Arbitrary<Value> {
  if (type.kind === 'DECIMAL') return fc.bigInt({ min: -AMOUNT_MAX, max: AMOUNT_MAX });
  return type.kind === 'STRING' ? TEXTS : valuesOf(type);
}

function rowsOf(spec: SourceSpec): readonly (readonly Value[])[] {
  return fc.sample(fc.tuple(...spec.schema.map((column) => (column.mode === 'REPEATED' ? fc.constant(null) : anyValue(column)))), {
    seed: 7,
    numRuns: ROWS,
  });
}

/** As orchestrator/transform/project/staging-columns.ts and dbt_project/macros/identity/trade_id.sql write it. */
function stagingSql(spec: SourceSpec, rows: readonly (readonly Value[])[]): string {
  const mapped = (name: string): string => {
    const expression = spec.canonical.map.find(({ column }) => column === name)?.expression;
    return expression === undefined ? 'null' : compileToDuckDbSql(expression);
  };
  const columns = CANONICAL_ENTITIES.executions.columns.map(({ name, type }) => `cast(${mapped(name)} as ${duckdbType(type)})`);
  const { identity } = spec.processing;
  const prefix = `${TRADE_ID_NAMESPACE}:${identity?.domain ?? spec.domain}:${identity?.source_system ?? spec.name}:`;
  const sourceId = identity === null ? mapped('source_trade_id') : compileToDuckDbSql(identity.source_id);
  const names = spec.schema.map(({ name }) => sqlName(name)).join(', ');
  const tuples = rows.map(
    (row, n) => `(${String(n)}, ${spec.schema.map(({ type }, index) => literalSql(type, row[index] ?? null)).join(', ')})`,
  );
  return `select ${columns.join(', ')}, md5(${sqlText(prefix)} || ${sourceId}) from (values ${tuples.join(', ')}) as rows(n, ${names}) order by n`;
}

test.each(OF_TRADES.map((spec) => [spec.name, spec] as const))(
  '%s: identity and canonical columns are those of staging',
  async (_, spec) => {
    const columns = eventColumns(spec);
    const rows = rowsOf(spec);
    const staged = await query(stagingSql(spec, rows));
    const canonical = CANONICAL_ENTITIES.executions.columns;
    const computed = rows.map((values: readonly Cell[]) => {
      const sourceId = columns.sourceId(values);
      const texts = canonical.map(({ type }, index) => plainText(type, columns.row[index]?.(values) ?? null));
      return [...texts, typeof sourceId === 'string' ? columns.tradeId(sourceId) : null];
    });
    const expected = staged.map((row) => row.map((value, index) => plainCell(canonical[index]?.type ?? { kind: 'STRING' }, value)));
    expect(expected.length).toBe(ROWS);
    expect(computed).toEqual(expected);
  },
);

test('reporting columns are taken by name and type, smaller decimals exactly, and are NULL where the source has none', () => {
  const columns = eventColumns(TRADE_SPEC);
  const values = TRADE_SPEC.schema.map(
    ({ name }): Value => ({ trading_capacity: 'DEAL', net_amount: 10_125_050n, transmission: false })[name] ?? null,
  );
  const of = (name: string): Value | undefined => columns.row[reportingColumn(name)]?.(values);
  expect([of('trading_capacity'), of('net_amount'), of('transmission')]).toEqual(['DEAL', 101_250_500_000_000_000_000_000n, false]);
  expect([of('buyer_id'), of('order_id'), of('cfi')]).toEqual([null, null, null]);
  expect(columns.row).toHaveLength(REPORTING_COLUMNS.length);
});

test.each([
  ["{name: net_amount, type: 'NUMERIC(18,2)'}", '{name: net_amount, type: STRING}', 'SPEC_INVALID', 'net_amount'],
  ["{name: net_amount, type: 'NUMERIC(18,2)'}", "{name: net_amount, type: 'NUMERIC(38,9)'}", 'SPEC_INVALID', 'net_amount'],
  ['{name: transmission, type: BOOL}', '{name: transmission, type: BOOL, mode: REPEATED}', 'SPEC_INVALID', 'transmission'],
])('a reporting column of another type is said before the first message: %s as %s', (text, replacement, code, column) => {
  expect(TRADE_SPEC_TEXT).toContain(text);
  const spec = specFrom(TRADE_SPEC_TEXT.replace(text, replacement));
  expect(() => eventColumns(spec)).toThrow(expect.objectContaining({ code }) as Error);
  expect(() => eventColumns(spec)).toThrow(column);
});

test('a source of anything else than trades is refused', () => {
  const [quotes] = SPECS.filter(({ name }) => name === 'exchange_quotes');
  expect(() => eventColumns(quotes!)).toThrow(expect.objectContaining({ code: 'SPEC_NOT_SUPPORTED' }) as Error);
});

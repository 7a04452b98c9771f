/** Holds the values of a valid.parquet to what DuckDB itself makes of the same texts, column by column. */
import { isDeepStrictEqual } from 'node:util';
import type { Column, SourceSpec } from '../../../spec/source-spec.ts';
import { sqlText } from '../../../warehouse/sql-text.ts';
import { CELL, type RawCell } from '../../values/raw-cells.ts';
import { plainCell, query } from '../duckdb-values.ts';
import type { AnySpecFile } from './any-spec-file.ts';
import { duckdbCast } from './duckdb-cast.ts';
import type { WrittenCell } from './record-writer.ts';

/** null where every value of every good record is the same. */
export async function differenceFromDuckdb({ spec, goodCells }: AnySpecFile, parquet: string): Promise<string | null> {
  if (goodCells.length === 0) return null;
  for (const [place, column] of spec.schema.entries()) {
    // DuckDB knows neither a default nor the digits behind the microsecond.
    if (column.default !== null || column.precision === 'ns') continue;
    const name = `"${column.name.replaceAll('"', '""')}"`;
    const ours = await query(`select ${name} from '${parquet}' order by _record`);
    const texts = goodCells.map((cells) => valueText(cells[place], column, spec));
    const theirs = await duckdbValues(texts, column, spec);
    const [found, expected] = [ours, theirs].map((rows) => rows.map(([value]) => plainCell(column.type, value ?? null)));
    const at = texts.findIndex((_, row) => !isDeepStrictEqual(found?.[row], expected?.[row]));
    if (at >= 0 || found?.length !== expected?.length) {
      const shown = [found?.[at], expected?.[at]].map((value) => JSON.stringify(value));
      return `${column.name} ${column.type_text}: DuckDB reads ${JSON.stringify(texts[at])} as ${String(shown[1])}, found ${String(shown[0])}`;
    }
  }
  return null;
}

async function duckdbValues(texts: readonly (string | null)[], column: Column, spec: SourceSpec): ReturnType<typeof query> {
  const rows = texts.map((text, row) => `(${row}, ${text === null ? 'null::varchar' : sqlText(text)})`).join(', ');
  const cast = duckdbCast(column, spec.source.csv.decimal_separator, 'text');
  const value = column.mode === 'REPEATED' ? `case when text is null then [] else [${cast}] end` : cast;
  return await query(`select ${value} from (values ${rows}) as texts(n, text) order by n`);
}

/** The text of a value; null where the cell says NULL. */
function valueText(cell: WrittenCell | undefined, column: Column, spec: SourceSpec): string | null {
  const raw: RawCell | undefined = column.mode === 'REPEATED' ? cell?.elements?.[0] : cell;
  if (raw === undefined || raw.text === null || raw.kind === CELL.NULL || raw.kind === CELL.MISSING) return null;
  const { null_values: nullValues } = spec.source.csv;
  const isEmptyText = raw.text === '' && raw.kind === CELL.QUOTED && column.type.kind === 'STRING';
  return nullValues.includes(raw.text) || (raw.text === '' && !isEmptyText) ? null : raw.text;
}

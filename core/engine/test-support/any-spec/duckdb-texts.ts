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
  // DuckDB knows neither a default nor the digits behind the microsecond.
  const columns = spec.schema.flatMap((column, place) =>
    column.default === null && column.precision === 'us'
      ? [{ column, texts: goodCells.map((cells) => valueText(cells[place], column, spec)) }]
      : [],
  );
  if (goodCells.length === 0 || columns.length === 0) return null;
  const names = columns.map(({ column }) => `"${column.name.replaceAll('"', '""')}"`);
  const ours = await query(`select ${names.join(', ')} from '${parquet}' order by _record`);
  const theirs = await query(duckdbRead(columns, spec));
  for (const [place, { column, texts }] of columns.entries()) {
    const [found, expected] = [ours, theirs].map((rows) => rows.map((row) => plainCell(column.type, row[place] ?? null)));
    const at = texts.findIndex((_, row) => !isDeepStrictEqual(found?.[row], expected?.[row]));
    if (at >= 0) {
      const [ourValue, theirValue] = [found?.[at], expected?.[at]].map((value) => JSON.stringify(value));
      return `${column.name} ${column.type_text}: DuckDB reads ${JSON.stringify(texts[at])} as ${String(theirValue)}, found ${String(ourValue)}`;
    }
  }
  return ours.length === theirs.length ? null : `expected ${theirs.length} rows, found ${ours.length}`;
}

interface ColumnTexts {
  readonly column: Column;
  /** By good record. */
  readonly texts: readonly (string | null)[];
}

/** The columns cast from their texts, in the order of the records. */
function duckdbRead(columns: readonly ColumnTexts[], spec: SourceSpec): string {
  const values = columns.map(({ column }, place) => {
    const cast = duckdbCast(column, spec.source.csv.decimal_separator, `t${place}`);
    return column.mode === 'REPEATED' ? `case when t${place} is null then [] else [${cast}] end` : cast;
  });
  const rows = (columns[0]?.texts ?? []).map((_, row) => {
    const texts = columns.map(({ texts: own }) => {
      const text = own[row] ?? null;
      return text === null ? 'null::varchar' : sqlText(text);
    });
    return `(${[row, ...texts].join(', ')})`;
  });
  const names = ['n', ...columns.map((_, place) => `t${place}`)];
  return `select ${values.join(', ')} from (values ${rows.join(', ')}) as texts(${names.join(', ')}) order by n`;
}

/** The text of a value; null where the cell says NULL. */
function valueText(cell: WrittenCell | undefined, column: Column, spec: SourceSpec): string | null {
  const raw: RawCell | undefined = column.mode === 'REPEATED' ? cell?.elements?.[0] : cell;
  if (raw === undefined || raw.text === null || raw.kind === CELL.NULL || raw.kind === CELL.MISSING) return null;
  const { null_values: nullValues } = spec.source.csv;
  const isEmptyText = raw.text === '' && raw.kind === CELL.QUOTED && column.type.kind === 'STRING';
  return nullValues.includes(raw.text) || (raw.text === '' && !isEmptyText) ? null : raw.text;
}

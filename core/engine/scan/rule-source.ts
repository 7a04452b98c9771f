/** The row rules of a spec as a generated scanner asks them. */
import { referencedColumns } from '../../expression/referenced-columns.ts';
import { toScannerCode, type ScannerColumn } from '../../expression/to-scanner-code.ts';
import { compileToJavaScript, type RowFunction } from '../../expression/to-javascript.ts';
import type { SourceSpec } from '../../spec/source-spec.ts';
import { columnIndex } from '../rules/column-index.ts';
import { microsOf } from '../rules/moment.ts';
import type { ScanColumn } from './scan-column.ts';

export interface CompiledRowRule {
  /** An expression that is true, false, null (NULL) or undefined (not proved); null where the general function is always asked. */
  readonly source: string | null;
  /** Hands the rule's columns to the general function. */
  readonly prepare: string;
  readonly holds: RowFunction;
  /** Places of its columns in the schema. */
  readonly columns: readonly number[];
}

export function compileScanRules(spec: SourceSpec, columns: readonly ScanColumn[], now: string): readonly CompiledRowRule[] {
  const place = columnIndex(spec);
  const options = { column: place, currentTimestamp: microsOf(now) };
  return spec.validation.row_level.map(({ expression }) => {
    const places = [...new Set(referencedColumns(expression).map(place))];
    return {
      source: toScannerCode(expression, {
        column: (name) => ruleColumn(columns[place(name)], dictionaryText),
        currentTimestamp: options.currentTimestamp,
      }),
      prepare: prepareSource(columns, places),
      holds: compileToJavaScript(expression, options),
      columns: places,
    };
  });
}

/** A column as the code of a rule reads it; `text` gives the code of a STRING column's value by the column's place. */
export function ruleColumn(
  column: ScanColumn | undefined,
  text: (place: number) => { readonly text: string; readonly isAscii?: string },
): ScannerColumn | null {
  if (column === undefined) return null;
  const {
    index: i,
    kind,
    mayBeNull,
    column: { type },
  } = column;
  const isNull = mayBeNull ? `(u${i} !== 0)` : 'false';
  if (kind !== 'text') return { number: `n${i}`, isNull, text: null };
  return type.kind === 'STRING' ? { number: null, isNull, ...text(i) } : null;
}

function dictionaryText(i: number): { readonly text: string } {
  return { text: `B${i}.textAt(t${i}, pl${i})` };
}

/** Tells the runtime where the values of some columns of this row stand. */
export function prepareSource(columns: readonly ScanColumn[], places: readonly number[]): string {
  return [...new Set(places)].map((place) => placeSource(columns[place])).join(' ');
}

/** Place, NULL or not, and for texts the place in the dictionary or the PLAIN bytes. */
function placeSource(column: ScanColumn | undefined): string {
  if (column === undefined) return '';
  const { index: i, kind } = column;
  const text = kind === 'text' ? `S.entries[${i}] = t${i}; S.plains[${i}] = pl${i};` : '';
  return `S.places[${i}] = k${i}; S.nulls[${i}] = u${i}; ${text}`;
}

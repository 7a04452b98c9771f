/** Cells that are single values: rules, keys and totals read no lists. */
import type { Value } from '../../types/column-type.ts';
import type { Cell } from '../output/file-output.ts';

export function isList(cell: Cell): cell is readonly Value[] {
  return Array.isArray(cell);
}

/** NULL for a list. */
export function singleValue(cell: Cell | undefined): Value {
  return cell === undefined || isList(cell) ? null : cell;
}

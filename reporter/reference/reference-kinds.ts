/** Where each kind of reference data stands in the warehouse, and by which columns of a trade it is found: as curation does, key first. */
import { CANONICAL_ENTITIES, type CanonicalColumn } from '../../core/canonical/entities.ts';
import type { ReferenceKind } from './reference-view.ts';

/** A column of the table that has the value of a column of the event. */
export interface ReferenceSearch {
  readonly column: string;
  readonly eventColumn: string;
}

export interface ReferenceTable {
  readonly kind: ReferenceKind;
  /** Of the layer dimensions: one row a key and interval of business time. */
  readonly table: string;
  readonly key: string;
  readonly columns: readonly CanonicalColumn[];
  /** In this order: the first that finds a version valid at the trade's time decides. */
  readonly searches: readonly ReferenceSearch[];
}

function tableOf(
  kind: ReferenceKind,
  table: string,
  entity: 'traders' | 'counterparties' | 'books' | 'instruments',
  ...others: readonly ReferenceSearch[]
): ReferenceTable {
  const { key, columns } = CANONICAL_ENTITIES[entity];
  // How long a row is valid is valid_from and valid_to of the dimension.
  const kept = columns.filter(({ name }) => name !== 'effective_date');
  return { kind, table, key: key as string, columns: kept, searches: [{ column: key as string, eventColumn: key as string }, ...others] };
}

export const REFERENCE_TABLES: { readonly [K in ReferenceKind]: ReferenceTable } = {
  trader: tableOf('trader', 'dim_trader', 'traders'),
  counterparty: tableOf('counterparty', 'dim_counterparty', 'counterparties', {
    column: 'counterparty_lei',
    eventColumn: 'counterparty_lei',
  }),
  instrument: tableOf('instrument', 'instrument_history', 'instruments', { column: 'isin', eventColumn: 'isin' }),
  book: tableOf('book', 'dim_book', 'books'),
};

export const REFERENCE_KINDS = Object.keys(REFERENCE_TABLES) as readonly ReferenceKind[];

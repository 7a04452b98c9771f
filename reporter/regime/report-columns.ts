/**
 * What the expressions of a regime see, and the row that they are evaluated on: the event, reference data as ref_<kind>_<column>, the bank as
 * entity_<key>, and the report itself as report_<key>; behind these the regime's own values and fields.
 */
import { CANONICAL_ENTITIES, type CanonicalColumn } from '../../core/canonical/entities.ts';
import type { ColumnType, Value } from '../../core/types/column-type.ts';
import { REPORTING_COLUMNS } from '../event/reporting-columns.ts';
import type { ReferenceKind, ReferenceView } from '../reference/reference-view.ts';
import type { ReportRequest } from './regime.ts';
import type { ReportingEntity } from './reporting-entity.ts';

export interface ReportColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly description: string;
}

const STRING: ColumnType = { kind: 'STRING' };
const ENTITY_OF_KIND = { counterparty: 'counterparties', trader: 'traders', instrument: 'instruments', book: 'books' } as const;
const KINDS: readonly ReferenceKind[] = ['counterparty', 'trader', 'instrument', 'book'];

const REFERENCE = KINDS.flatMap((kind) =>
  CANONICAL_ENTITIES[ENTITY_OF_KIND[kind]].columns.map((column: CanonicalColumn) => ({
    kind,
    column,
    name: referenceName(kind, column.name),
  })),
);

const ENTITY: readonly (ReportColumn & { readonly key: keyof ReportingEntity })[] = [
  { key: 'lei', name: 'entity_lei', type: STRING, description: 'LEI of the entity that executes' },
  { key: 'submitting_lei', name: 'entity_submitting_lei', type: STRING, description: 'LEI of the entity that submits' },
  { key: 'investment_firm', name: 'entity_investment_firm', type: { kind: 'BOOL' }, description: 'Whether it is an investment firm' },
  { key: 'country', name: 'entity_country', type: STRING, description: 'Country of its seat' },
  { key: 'finra_mpid', name: 'entity_finra_mpid', type: STRING, description: 'Its identifier as a member of FINRA' },
];

const REPORT: readonly ReportColumn[] = [
  { name: 'report_action', type: STRING, description: 'NEWT or CANC' },
  { name: 'report_trn', type: STRING, description: 'Transaction reference number' },
  { name: 'event_source', type: STRING, description: 'Source that told the event' },
];

/** ref_counterparty_lei of counterparty_lei, ref_instrument_isin of isin. */
function referenceName(kind: ReferenceKind, column: string): string {
  const own = column.startsWith(`${kind}_`) ? column.slice(kind.length + 1) : column;
  return `ref_${kind}_${own}`;
}

export const REPORT_COLUMNS: readonly ReportColumn[] = [
  ...REPORTING_COLUMNS,
  ...REFERENCE.map(({ name, column }) => ({ name, type: column.type, description: `${column.description} (reference data)` })),
  ...ENTITY,
  ...REPORT,
];

/** A new row, as long as REPORT_COLUMNS, for values and fields to be put behind. */
export function reportRow({ event, reference, action, trn }: ReportRequest, entity: ReportingEntity): Value[] {
  const eventRow = REPORTING_COLUMNS.map((_, place) => event.row[place] ?? null);
  return [...eventRow, ...referenceValues(reference), ...ENTITY.map(({ key }) => entity[key] ?? null), action, trn, event.source];
}

function referenceValues(reference: ReferenceView): readonly Value[] {
  return REFERENCE.map(({ kind, column }) => reference[kind]?.values.get(column.name) ?? null);
}

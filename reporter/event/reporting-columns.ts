/**
 * The columns of a trade that regimes can name: the canonical ones of an execution, and those that only reports need. A source gives the latter by
 * columns of its own schema that have the same name and type; where it has none they are NULL.
 */
import { CANONICAL_ENTITIES } from '../../core/canonical/entities.ts';
import type { ColumnType } from '../../core/types/column-type.ts';

export interface ReportingColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly description: string;
}

const STRING: ColumnType = { kind: 'STRING' };
const BOOL: ColumnType = { kind: 'BOOL' };
const AMOUNT: ColumnType = { kind: 'DECIMAL', precision: 38, scale: 18 };

function column(name: string, description: string, type: ColumnType = STRING): ReportingColumn {
  return { name, type, description };
}

const REPORTED_ONLY: readonly ReportingColumn[] = [
  column('venue_transaction_id', 'Identification code that the trading venue gave the transaction (RTS 22 field 3)'),
  column('trading_capacity', 'DEAL, MTCH or AOTC (field 29)'),
  column(
    'buyer_id',
    'Identification of the buyer where it is not the bank or the counterparty: LEI, MIC, CONCAT or national identifier (field 7)',
  ),
  column('buyer_id_type', 'LEI, MIC, CONCAT, NIDN, CCPT or INTC'),
  column('buyer_country', 'ISO 3166 country of the branch for the buyer (field 8)'),
  column('seller_id', 'Identification of the seller where it is not the bank or the counterparty (field 16)'),
  column('seller_id_type', 'LEI, MIC, CONCAT, NIDN, CCPT or INTC'),
  column('seller_country', 'ISO 3166 country of the branch for the seller (field 17)'),
  column('investment_decision_id', 'Person (CONCAT) or algorithm within the firm that decided (field 57)'),
  column('investment_decision_type', 'CONCAT, NIDN, CCPT or ALGO'),
  column('execution_id', 'Person (CONCAT) or algorithm within the firm that executed (field 59); NORE where the client instructed'),
  column('execution_id_type', 'CONCAT, NIDN, CCPT, ALGO or NORE'),
  column('price_notation', 'MONE, PERC, YIEL or BAPO (field 33)'),
  column('price_state', 'PNDG or NOAP where there is no price (field 33)'),
  column('quantity_notation', 'UNIT, NOML or MONE (field 30)'),
  column('quantity_currency', 'ISO 4217 code where the quantity is money (field 31)'),
  column('net_amount', 'Net amount of a debt instrument (field 35)', AMOUNT),
  column('short_selling', 'SESH, SSEX, SELL or UNDI (field 62)'),
  column('waiver_indicator', 'Pre-trade waiver, several by comma (field 61)'),
  column('otc_post_trade_indicator', 'OTC post-trade indicator, several by comma (field 63)'),
  column('commodity_derivative', 'Whether the transaction reduces risk by commodity derivatives (field 64)', BOOL),
  column('securities_financing', 'Whether it is a securities financing transaction (field 65)', BOOL),
  column('transmission', 'Whether the order was transmitted to the executing firm (field 25)', BOOL),
  column('complex_trade_id', 'Identification that the components of a complex trade share (field 40)'),
  column('cfi', 'ISO 10962 classification of the instrument (field 43), where the reference data have none'),
];

export const REPORTING_COLUMNS: readonly ReportingColumn[] = [...CANONICAL_ENTITIES.executions.columns, ...REPORTED_ONLY];

const PLACES = new Map(REPORTING_COLUMNS.map(({ name }, index) => [name, index]));

/** Place of a column in TradeEvent.row; -1 where there is none of that name. */
export function reportingColumn(name: string): number {
  return PLACES.get(name) ?? -1;
}

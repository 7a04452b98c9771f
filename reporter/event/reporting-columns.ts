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
const INT64: ColumnType = { kind: 'INT64' };
const DATE: ColumnType = { kind: 'DATE' };
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
  column('buyer_first_names', 'First names of a buyer who is a natural person (field 9)'),
  column('buyer_surname', 'Surname of a buyer who is a natural person (field 10)'),
  column('buyer_birth_date', 'Date of birth of a buyer who is a natural person (field 11)', DATE),
  column('buyer_decision_maker_id', 'Who decided for the buyer: LEI, CONCAT or national identifier (field 12)'),
  column('buyer_decision_maker_id_type', 'LEI, CONCAT, NIDN or CCPT'),
  column('buyer_decision_maker_first_names', 'First names of that person (field 13)'),
  column('buyer_decision_maker_surname', 'Surname of that person (field 14)'),
  column('buyer_decision_maker_birth_date', 'Date of birth of that person (field 15)', DATE),
  column('seller_first_names', 'First names of a seller who is a natural person (field 18)'),
  column('seller_surname', 'Surname of a seller who is a natural person (field 19)'),
  column('seller_birth_date', 'Date of birth of a seller who is a natural person (field 20)', DATE),
  column('seller_decision_maker_id', 'Who decided for the seller: LEI, CONCAT or national identifier (field 21)'),
  column('seller_decision_maker_id_type', 'LEI, CONCAT, NIDN or CCPT'),
  column('seller_decision_maker_first_names', 'First names of that person (field 22)'),
  column('seller_decision_maker_surname', 'Surname of that person (field 23)'),
  column('seller_decision_maker_birth_date', 'Date of birth of that person (field 24)', DATE),
  column('transmitting_firm_buyer', 'LEI of the firm that transmitted the order of the buyer (field 26)'),
  column('transmitting_firm_seller', 'LEI of the firm that transmitted the order of the seller (field 27)'),
  column('notional_change', 'INCR or DECR: change of the notional of a derivative (field 32)'),
  column('branch_country', 'ISO 3166 country of the branch whose membership was used (field 37)'),
  column('upfront_payment', 'Up-front payment (field 38); negative where the seller pays', AMOUNT),
  column('upfront_currency', 'ISO 4217 code of it (field 39)'),
  column('instrument_full_name', 'Full name of an instrument without reference data of its own (field 42)'),
  column('notional_currency', 'Currency of the notional (field 44)'),
  column('notional_currency_2', 'Currency of the second leg (field 45)'),
  column('price_multiplier', 'Units of the underlying of one contract (field 46)', AMOUNT),
  column('underlying_isin', 'ISIN of the underlying (field 47)'),
  column('underlying_index', 'Name of the underlying index (field 48)'),
  column('underlying_index_term', 'Term of the underlying index, in its unit (field 49)', INT64),
  column('underlying_index_term_unit', 'DAYS, WEEK, MNTH or YEAR'),
  column('option_type', 'PUTO, CALL or OTHR (field 50)'),
  column('strike_price', 'Strike price (field 51)', AMOUNT),
  column('strike_price_notation', 'MONE, PERC, YIEL, BAPO, PNDG or NOAP'),
  column('strike_price_currency', 'ISO 4217 code of it (field 52)'),
  column('exercise_style', 'EURO, AMER, ASIA, BERM or OTHR (field 53)'),
  column('maturity_date', 'Date of maturity of a debt instrument (field 54)', DATE),
  column('expiry_date', 'Date of expiry of a derivative (field 55)', DATE),
  column('delivery_type', 'PHYS, CASH or OPTL (field 56)'),
  column('investment_decision_country', 'ISO 3166 country of the branch that supervises who decided (field 58)'),
  column('execution_country', 'ISO 3166 country of the branch that supervises who executed (field 60)'),
];

export const REPORTING_COLUMNS: readonly ReportingColumn[] = [...CANONICAL_ENTITIES.executions.columns, ...REPORTED_ONLY];

const PLACES = new Map(REPORTING_COLUMNS.map(({ name }, index) => [name, index]));

/** Place of a column in TradeEvent.row; -1 where there is none of that name. */
export function reportingColumn(name: string): number {
  return PLACES.get(name) ?? -1;
}

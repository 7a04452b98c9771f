/**
 * The canonical entities and their columns: what every source of an entity is mapped to, whatever its own names.
 * The dbt unions, the default mapping by names and the reference page follow from this one table.
 */
import type { ColumnType } from '../types/column-type.ts';

export interface CanonicalColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly required: boolean;
  readonly description: string;
}

export interface CanonicalEntity {
  readonly kind: 'transaction' | 'reference' | 'none';
  /** The column that is the entity's own key; the source's identity for transactions. */
  readonly key: string | null;
  /** Each inner list: at least one of these columns must be mapped. */
  readonly one_of: readonly (readonly string[])[];
  readonly columns: readonly CanonicalColumn[];
}

const STRING: ColumnType = { kind: 'STRING' };
const INT64: ColumnType = { kind: 'INT64' };
const DATE: ColumnType = { kind: 'DATE' };
const BOOL: ColumnType = { kind: 'BOOL' };
const TIMESTAMP: ColumnType = { kind: 'TIMESTAMP' };
/** Canonical quantity, price and notional. */
const AMOUNT: ColumnType = { kind: 'DECIMAL', precision: 38, scale: 18 };

function required(name: string, type: ColumnType, description: string): CanonicalColumn {
  return { name, type, required: true, description };
}
function optional(name: string, type: ColumnType, description: string): CanonicalColumn {
  return { name, type, required: false, description };
}

const PARTIES = [
  optional('trader_id', STRING, 'Key of the trader, as in the traders reference data'),
  optional('trader_name', STRING, 'Name of the trader as the source gives it'),
  optional('counterparty_id', STRING, 'Key of the counterparty, as in the counterparties reference data'),
  optional('counterparty_name', STRING, 'Name of the counterparty as the source gives it'),
  optional('counterparty_lei', STRING, 'LEI of the counterparty as the source gives it'),
] as const;
const INSTRUMENT = [
  optional('instrument_id', STRING, 'Key of the instrument, as in the instruments reference data'),
  optional('instrument_symbol', STRING, 'Symbol of the instrument as the source gives it'),
  optional('isin', STRING, 'ISIN of the instrument'),
  optional('instrument_type', STRING, 'Kind of the instrument as the source gives it'),
] as const;
const TRADE_COLUMNS = [
  required('source_trade_id', STRING, 'Identity of the trade within its source system'),
  required('trade_time', TIMESTAMP, 'Moment of the trade, UTC'),
  optional('trade_date', DATE, 'Date of the trade; the UTC date of trade_time by default'),
  required('side', STRING, 'BUY or SELL, from the own side'),
  required('quantity', AMOUNT, 'Traded quantity'),
  required('price', AMOUNT, 'Price of one unit'),
  optional('currency', STRING, 'ISO 4217 code of the price'),
  optional('status', STRING, 'NEW, AMENDED or CANCELLED; NEW by default'),
  optional('version', INT64, 'Version of the trade in its source; 1 by default'),
  ...PARTIES,
  ...INSTRUMENT,
  optional('book_id', STRING, 'Key of the book, as in the books reference data'),
  optional('book_name', STRING, 'Name of the book as the source gives it'),
  optional('venue', STRING, 'MIC of the venue'),
] as const;

function transaction(columns: readonly CanonicalColumn[], one_of: readonly (readonly string[])[]): CanonicalEntity {
  return { kind: 'transaction', key: 'source_trade_id', one_of, columns };
}
function reference(key: string, columns: readonly CanonicalColumn[]): CanonicalEntity {
  return { kind: 'reference', key, one_of: [], columns };
}

export const CANONICAL_ENTITIES = {
  trades: transaction(TRADE_COLUMNS, [['instrument_id', 'isin']]),
  executions: transaction([...TRADE_COLUMNS, optional('order_id', STRING, 'Order that was executed')], [['instrument_id', 'isin']]),
  orders: {
    kind: 'transaction',
    key: 'source_order_id',
    one_of: [['instrument_id', 'isin']],
    columns: [
      required('source_order_id', STRING, 'Identity of the order within its source system'),
      required('order_time', TIMESTAMP, 'Moment of the order event, UTC'),
      optional('order_date', DATE, 'Date of the order; the UTC date of order_time by default'),
      required('side', STRING, 'BUY or SELL, from the own side'),
      required('quantity', AMOUNT, 'Ordered quantity'),
      optional('limit_price', AMOUNT, 'Limit price; NULL for a market order'),
      optional('currency', STRING, 'ISO 4217 code of the price'),
      optional('order_type', STRING, 'MARKET, LIMIT, STOP, ... as the source gives it'),
      optional('status', STRING, 'State of the order after the event; NEW by default'),
      optional('version', INT64, 'Version of the order in its source; 1 by default'),
      ...PARTIES,
      ...INSTRUMENT,
      optional('book_id', STRING, 'Key of the book, as in the books reference data'),
      optional('venue', STRING, 'MIC of the venue'),
    ],
  },
  quotes: {
    kind: 'transaction',
    key: null,
    one_of: [['instrument_id', 'isin']],
    columns: [
      required('quote_time', TIMESTAMP, 'Moment of the quote, UTC'),
      ...INSTRUMENT,
      optional('bid_price', AMOUNT, 'Best bid'),
      optional('bid_quantity', AMOUNT, 'Quantity at the best bid'),
      optional('ask_price', AMOUNT, 'Best ask'),
      optional('ask_quantity', AMOUNT, 'Quantity at the best ask'),
      optional('currency', STRING, 'ISO 4217 code of the prices'),
      optional('venue', STRING, 'MIC of the venue'),
    ],
  },
  prices: {
    kind: 'transaction',
    key: null,
    one_of: [['instrument_id', 'isin']],
    columns: [
      required('price_time', TIMESTAMP, 'Moment the price stands for, UTC'),
      required('price', AMOUNT, 'Price of one unit'),
      optional('quantity', AMOUNT, 'Traded quantity, where the price is that of a public trade'),
      optional('price_type', STRING, 'CLOSE, SETTLEMENT, MID, ... as the source gives it'),
      ...INSTRUMENT,
      optional('currency', STRING, 'ISO 4217 code of the price'),
      optional('venue', STRING, 'MIC of the venue'),
    ],
  },
  traders: reference('trader_id', [
    required('trader_id', STRING, 'Key of the trader'),
    optional('trader_name', STRING, 'Name of the trader'),
    optional('desk_id', STRING, 'Desk the trader belongs to'),
    optional('compliance_officer', STRING, 'Person who answers for the trader'),
    optional('effective_date', DATE, 'First business date on which the row is valid'),
  ]),
  counterparties: reference('counterparty_id', [
    required('counterparty_id', STRING, 'Key of the counterparty'),
    optional('counterparty_name', STRING, 'Legal name'),
    optional('counterparty_lei', STRING, 'Legal Entity Identifier, ISO 17442'),
    optional('country', STRING, 'ISO 3166 code of the country'),
    optional('effective_date', DATE, 'First business date on which the row is valid'),
  ]),
  books: reference('book_id', [
    required('book_id', STRING, 'Key of the book'),
    optional('book_name', STRING, 'Name of the book'),
    optional('legal_entity', STRING, 'Legal entity the book belongs to'),
    optional('desk_id', STRING, 'Desk the book belongs to'),
    optional('effective_date', DATE, 'First business date on which the row is valid'),
  ]),
  instruments: reference('instrument_id', [
    required('instrument_id', STRING, 'Key of the instrument'),
    optional('instrument_symbol', STRING, 'Symbol on its main venue'),
    optional('isin', STRING, 'ISIN, ISO 6166'),
    optional('instrument_name', STRING, 'Full name'),
    optional('asset_class', STRING, 'EQUITY, BOND, FX, CRYPTO, ...'),
    optional('currency', STRING, 'ISO 4217 code'),
    optional('venue', STRING, 'MIC of its main venue'),
    optional('is_active', BOOL, 'Whether it trades'),
    optional('effective_date', DATE, 'First business date on which the row is valid'),
  ]),
  none: { kind: 'none', key: null, one_of: [], columns: [] },
} as const satisfies Record<string, CanonicalEntity>;

export type EntityName = keyof typeof CANONICAL_ENTITIES;

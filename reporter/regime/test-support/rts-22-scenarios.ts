/** Trades that together fill every field of RTS 22: each is good as it stands. */
import type { Texts } from './sample-report.ts';

export interface Scenario {
  readonly event: Texts;
  /** Of the instrument; null: the event names none with reference data. */
  readonly instrument: Texts | null;
}

export const TRANSMITTER = '529900TRANSMITTER079';
export const DECISION_MAKER = '529900DECISIONMKR080';
const ISIN_OF_SHARE = 'DE0007164600';

const DERIVATIVE: Texts = {
  instrument_id: null,
  instrument_type: 'DERIVATIVE',
  venue: 'XXXX',
  instrument_full_name: 'OTC contract 1',
  notional_currency: 'EUR',
  price_multiplier: '100',
  expiry_date: '2024-06-21',
  delivery_type: 'CASH',
  short_selling: null,
};

export const SCENARIOS = {
  share: { event: {}, instrument: {} },
  /** On a venue, its central counterparty on the other side. */
  on_venue: {
    event: {
      venue: 'XETR',
      side: 'BUY',
      seller_id: 'XETR',
      seller_id_type: 'MIC',
      venue_transaction_id: 'XE00000017',
      waiver_indicator: 'RFPT,SIZE',
      branch_country: 'DE',
      short_selling: null,
      complex_trade_id: 'CX17',
      otc_post_trade_indicator: 'BENC,SDIV',
    },
    instrument: {},
  },
  bond: {
    event: {
      price_notation: 'PERC',
      quantity_notation: 'NOML',
      quantity_currency: 'EUR',
      quantity: '250000',
      price: '99.875',
      net_amount: '250012.5',
      securities_financing: 'true',
      short_selling: null,
    },
    instrument: { asset_class: 'BOND', isin: 'DE0001102580', instrument_name: 'Bund 2032' },
  },
  /** Both sides are natural persons, for whom others decide; the client says how it is executed. */
  persons: {
    event: {
      trading_capacity: 'AOTC',
      transmission: 'false',
      transmitting_firm_buyer: TRANSMITTER,
      transmitting_firm_seller: TRANSMITTER,
      buyer_id: 'FR19800229MARIEDUPON',
      buyer_id_type: 'CONCAT',
      buyer_country: 'FR',
      buyer_first_names: 'MARIE,ANNE',
      buyer_surname: 'DUPONT',
      buyer_birth_date: '1980-02-29',
      buyer_decision_maker_id: 'IT19751105CARLOROSSI',
      buyer_decision_maker_id_type: 'CONCAT',
      buyer_decision_maker_first_names: 'CARLO',
      buyer_decision_maker_surname: 'ROSSI',
      buyer_decision_maker_birth_date: '1975-11-05',
      seller_id: 'SE197001012384',
      seller_id_type: 'NIDN',
      seller_country: 'SE',
      seller_first_names: 'ANNA',
      seller_surname: 'SVENSSON',
      seller_birth_date: '1970-01-01',
      seller_decision_maker_id: 'SE196505052384',
      seller_decision_maker_id_type: 'NIDN',
      seller_decision_maker_first_names: 'LARS',
      seller_decision_maker_surname: 'SVENSSON',
      seller_decision_maker_birth_date: '1965-05-05',
      execution_id: 'NORE',
      execution_id_type: 'NORE',
      investment_decision_id: 'DE19700131JOHN#SMITH',
      investment_decision_country: 'AT',
      short_selling: null,
    },
    instrument: {},
  },
  /** The price is not known yet; an algorithm decides and a person executes. */
  pending_price: {
    event: {
      price: null,
      price_state: 'PNDG',
      investment_decision_id: 'ALGO3',
      investment_decision_type: 'ALGO',
      execution_id: 'DE19700131JOHN#SMITH',
      execution_id_type: 'CONCAT',
      execution_country: 'LU',
    },
    instrument: {},
  },
  option: {
    event: {
      ...DERIVATIVE,
      cfi: 'OCASPS',
      underlying_isin: ISIN_OF_SHARE,
      option_type: 'CALL',
      strike_price: '110.5',
      strike_price_currency: 'EUR',
      exercise_style: 'AMER',
      commodity_derivative: 'false',
      seller_decision_maker_id: DECISION_MAKER,
    },
    instrument: null,
  },
  /** A swap of interest in two currencies, enlarged against a payment. */
  swap: {
    event: {
      ...DERIVATIVE,
      cfi: 'SRCCSP',
      isin: 'EZ0000000003',
      underlying_index: 'EURI',
      underlying_index_term: '3',
      underlying_index_term_unit: 'MNTH',
      notional_currency_2: 'USD',
      maturity_date: '2028-01-30',
      notional_change: 'INCR',
      upfront_payment: '-1500.5',
      upfront_currency: 'EUR',
      quantity_notation: 'MONE',
      quantity_currency: 'EUR',
      quantity: '1000000.25',
      price_notation: 'BAPO',
      price: '12.5',
    },
    instrument: null,
  },
} as const satisfies Record<string, Scenario>;

export type ScenarioName = keyof typeof SCENARIOS;

/** What can be wrong with a row of a Murex file, and what the engine has to say about it. */
import { finding, type Fault } from './document.ts';
import type { MurexFields } from './murex.ts';

export interface MurexFault extends Fault {
  readonly change: (fields: MurexFields) => MurexFields;
  /** Keeps the identity of the good trade before it; else it gets one of its own. */
  readonly sameIdentity?: boolean;
  /** Takes the place of U+0001 in the row. */
  readonly byte?: number;
}

const DECIMAL_COMMA: MurexFault = {
  what: 'a decimal comma in the price',
  findings: [finding('TYPE_MISMATCH', 'price')],
  change: (fields) => ({ ...fields, price: fields.price.includes('.') ? fields.price.replace('.', ',') : `${fields.price},0` }),
};

const NO_SUCH_DAY: MurexFault = {
  what: 'a settlement date that does not exist',
  findings: [finding('TYPE_MISMATCH', 'settlement_date')],
  change: (fields) => ({ ...fields, settlement_date: '2023-02-30' }),
};

const WRONG_ISIN: MurexFault = {
  what: 'an ISIN with two digits swapped',
  findings: [finding('CHECK_DIGIT', 'isin')],
  change: (fields) => ({ ...fields, instrument: 'SAP', asset_class: 'EQUITY', isin: 'DE0007614600' }),
};

const TWO_AT_ONCE: MurexFault = {
  what: 'an unknown direction and a wrong LEI',
  findings: [finding('CHECK_DIGIT', 'counterparty_lei'), finding('VALUE_NOT_ALLOWED', 'direction')],
  change: (fields) => ({ ...fields, counterparty_lei: '529900ELBE7ASSET0139', direction: 'L' }),
};

const NEGATIVE: MurexFault = {
  what: 'a negative quantity',
  findings: [finding('VALUE_OUT_OF_RANGE', 'quantity')],
  change: (fields) => ({ ...fields, quantity: `-${fields.quantity}` }),
};

const NO_TRADER: MurexFault = {
  what: 'no trader',
  findings: [finding('FIELD_MISSING', 'trader')],
  change: (fields) => ({ ...fields, trader: '' }),
};

const TWICE: MurexFault = {
  what: 'the same trade and version twice',
  findings: [finding('DUPLICATE_KEY', null, 'no duplicate trade_id, trade_version within file')],
  change: (fields) => fields,
  sameIdentity: true,
};

const SETTLES_BEFORE: MurexFault = {
  what: 'settled before it was traded',
  findings: [finding('RULE_FAILED', null, 'SETTLES_BEFORE_TRADE')],
  change: (fields) => ({ ...fields, settlement_date: '2023-01-03' }),
};

const NO_ISIN: MurexFault = {
  what: 'a bond without ISIN',
  findings: [finding('RULE_FAILED', null, 'SECURITY_WITHOUT_ISIN')],
  change: (fields) => ({ ...fields, instrument: 'BUND32', asset_class: 'BOND', isin: '' }),
};

const LATIN_1: MurexFault = {
  what: 'a latin-1 letter in a UTF-8 file',
  findings: [finding('ENCODING_INVALID', 'counterparty_name')],
  change: (fields) => ({ ...fields, counterparty_name: 'K\u0001lner Treuhand KG' }),
  byte: 0xf6,
};

const FLOAT_VERSION: MurexFault = {
  what: 'a version that is no whole number',
  findings: [finding('TYPE_MISMATCH', 'trade_version')],
  change: (fields) => ({ ...fields, trade_version: '1.0' }),
};

const SHORT_ID: MurexFault = {
  what: 'a trade id that is one digit short',
  findings: [finding('PATTERN_MISMATCH', 'trade_id')],
  change: (fields) => ({ ...fields, trade_id: fields.trade_id.slice(0, -1) }),
};

/** Which faults each day's file has. */
export const MUREX_FAULTS = {
  monday: [DECIMAL_COMMA, WRONG_ISIN, TWICE],
  tuesday: [NO_SUCH_DAY, TWO_AT_ONCE],
  wednesday: [NEGATIVE, NO_TRADER, LATIN_1],
  thursday: [SETTLES_BEFORE, NO_ISIN],
  friday: [FLOAT_VERSION, SHORT_ID],
} as const satisfies Record<string, readonly MurexFault[]>;

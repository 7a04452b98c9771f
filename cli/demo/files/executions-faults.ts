/** What can be wrong with a row of the venue's CSV, and what the engine has to say about it. */
import { rowText, quoted, type ExecutionFields } from './executions.ts';
import { finding, type Fault } from './document.ts';

export interface ExecutionFault extends Fault {
  readonly change?: (fields: ExecutionFields) => ExecutionFields;
  /** The whole line, where what is wrong is not a value. */
  readonly text?: (fields: ExecutionFields) => string;
  readonly sameIdentity?: boolean;
  /** Takes the place of U+0001 in the row. */
  readonly byte?: number;
}

const UNQUOTED_COMMA: ExecutionFault = {
  what: 'a comma in a name without quotes',
  findings: [finding('FIELD_COUNT', null)],
  change: (fields) => ({ ...fields, instrument_name: 'SIEMENS AG, SIE' }),
};

const CUT_OFF: ExecutionFault = {
  what: 'a line that breaks off',
  findings: [finding('FIELD_COUNT', null)],
  text: (fields) => rowText(fields).split(',').slice(0, 6).join(','),
};

const OPEN_QUOTE: ExecutionFault = {
  what: 'a quote that is never closed',
  findings: [finding('RECORD_UNPARSABLE', null)],
  text: (fields) => rowText({ ...fields, instrument_name: '"SAP SE' }),
};

const THOUSANDS: ExecutionFault = {
  what: 'a thousands separator in the quantity and none of the price',
  findings: [finding('TYPE_MISMATCH', 'last_qty'), finding('NULL_NOT_ALLOWED', 'last_px')],
  change: (fields) => ({ ...fields, last_qty: quoted('1,250'), last_px: '' }),
};

const SCIENTIFIC: ExecutionFault = {
  what: 'a quantity in scientific notation',
  findings: [finding('TYPE_MISMATCH', 'last_qty')],
  change: (fields) => ({ ...fields, last_qty: '1e3' }),
};

const NOTHING_TRADED: ExecutionFault = {
  what: 'a fill of nothing',
  findings: [finding('VALUE_OUT_OF_RANGE', 'last_qty')],
  change: (fields) => ({ ...fields, last_qty: '0' }),
};

const NO_TRADER: ExecutionFault = {
  what: 'no trader',
  findings: [finding('NULL_NOT_ALLOWED', 'trader_id')],
  change: (fields) => ({ ...fields, trader_id: '' }),
};

const TWICE: ExecutionFault = {
  what: 'the same fill twice',
  findings: [finding('DUPLICATE_KEY', 'exec_id')],
  change: (fields) => fields,
  sameIdentity: true,
};

const WRONG_SIDE: ExecutionFault = {
  what: 'a side that FIX knows and the spec does not allow',
  findings: [finding('VALUE_NOT_ALLOWED', 'side')],
  change: (fields) => ({ ...fields, side: '5' }),
};

const NO_SUCH_VENUE: ExecutionFault = {
  what: 'a venue that the ISO register does not know',
  findings: [finding('CHECK_DIGIT', 'mic')],
  change: (fields) => ({ ...fields, mic: 'XXQZ' }),
};

const MIDNIGHT: ExecutionFault = {
  what: 'the hour 24',
  findings: [finding('TYPE_MISMATCH', 'exec_time')],
  change: (fields) => ({ ...fields, exec_time: `${fields.exec_time.slice(0, 8)}-24:00:00.000000` }),
};

const FUTURE: ExecutionFault = {
  what: 'a fill ten years ahead',
  findings: [finding('RULE_FAILED', null, 'FILL_IN_FUTURE')],
  change: (fields) => ({ ...fields, exec_time: `2033${fields.exec_time.slice(4)}` }),
};

const LATIN_1: ExecutionFault = {
  what: 'a latin-1 letter in a UTF-8 file',
  findings: [finding('ENCODING_INVALID', 'instrument_name')],
  change: (fields) => ({ ...fields, instrument_name: quoted('M\u0001NCHENER R\u0001CK, MUV2') }),
  byte: 0xdc,
};

const LONG_NAME: ExecutionFault = {
  what: 'a name longer than the venue may send, an unknown currency and a fifth decimal',
  findings: [finding('TYPE_MISMATCH', 'last_px'), finding('CHECK_DIGIT', 'currency'), finding('VALUE_TOO_LONG', 'instrument_name')],
  change: (fields) => ({
    ...fields,
    last_px: '105.32001',
    currency: 'EUX',
    instrument_name: quoted('DEUTSCHE BÖRSE COMMODITIES GMBH XETRA-GOLD INHABERSCHULDVERSCHREIBUNG OHNE ENDFÄLLIGKEIT'),
  }),
};

/** Which faults each day's file has. */
export const EXECUTION_FAULTS = {
  monday: [UNQUOTED_COMMA, THOUSANDS, WRONG_SIDE],
  tuesday: [OPEN_QUOTE, NOTHING_TRADED, TWICE],
  wednesday: [CUT_OFF, NO_SUCH_VENUE, FUTURE],
  thursday: [MIDNIGHT, LATIN_1, LONG_NAME, SCIENTIFIC, NO_TRADER],
} as const satisfies Record<string, readonly ExecutionFault[]>;

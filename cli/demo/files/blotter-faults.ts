/** What can be wrong with a line of the blotter, and what the engine has to say about it. */
import { Digits, type BlotterRow } from './blotter.ts';
import { finding, type Fault } from './document.ts';

export interface BlotterFault extends Fault {
  readonly change: (row: BlotterRow) => BlotterRow;
  /** Changes the line as it is written. */
  readonly text?: (line: string) => string;
  readonly sameIdentity?: boolean;
}

const BROKEN_OFF: BlotterFault = {
  what: 'a line that breaks off',
  findings: [finding('RECORD_UNPARSABLE', null)],
  change: (row) => row,
  text: (line) => line.slice(0, Math.floor(line.length / 2)),
};

const NO_PRICE: BlotterFault = {
  what: 'no price',
  findings: [finding('FIELD_MISSING', 'price')],
  change: (row) => Object.fromEntries(Object.entries(row).filter(([name]) => name !== 'price')),
};

const NULL_SIDE: BlotterFault = {
  what: 'a side that is null',
  findings: [finding('NULL_NOT_ALLOWED', 'side')],
  change: (row) => ({ ...row, side: null }),
};

const NEW_MEMBER: BlotterFault = {
  what: 'a member that the contract does not know',
  findings: [finding('FIELD_UNKNOWN', 'venue_hint')],
  change: (row) => ({ ...row, venue_hint: 'XETR' }),
};

const WORD_FOR_NUMBER: BlotterFault = {
  what: 'a word where a number belongs',
  findings: [finding('TYPE_MISMATCH', 'price')],
  change: (row) => ({ ...row, price: 'market' }),
};

const UNKNOWN_STATE: BlotterFault = {
  what: 'a state that is not agreed, and a quantity of zero',
  findings: [finding('VALUE_NOT_ALLOWED', 'state'), finding('VALUE_OUT_OF_RANGE', 'quantity')],
  change: (row) => ({ ...row, state: 'PENDING', quantity: new Digits('0'), revision: 2 }),
};

const AMENDED_FIRST: BlotterFault = {
  what: 'an amendment of a trade that was never new',
  findings: [finding('RULE_FAILED', null, 'FIRST_REVISION_IS_NEW')],
  change: (row) => ({ ...row, state: 'AMENDED', revision: 1 }),
};

const TWICE: BlotterFault = {
  what: 'the same trade and revision twice',
  findings: [finding('DUPLICATE_KEY', null, 'no duplicate trade_ref, revision within file')],
  change: (row) => row,
  sameIdentity: true,
};

const LONG_COMMENT: BlotterFault = {
  what: 'a comment longer than agreed',
  findings: [finding('VALUE_TOO_LONG', 'client_comment')],
  change: (row) => ({ ...row, comment: 'as discussed on the phone, '.repeat(8) }),
};

const NOBODY: BlotterFault = {
  what: 'nobody on the other side',
  findings: [finding('RULE_FAILED', null, 'NO_COUNTERPARTY')],
  change: (row) => ({ ...row, counterparty: { id: null, name: null } }),
};

/** Which faults each day's file has. */
export const BLOTTER_FAULTS = {
  monday: [WORD_FOR_NUMBER, BROKEN_OFF],
  tuesday: [NO_PRICE, NULL_SIDE],
  wednesday: [NEW_MEMBER, UNKNOWN_STATE],
  thursday: [AMENDED_FIRST, LONG_COMMENT],
  friday: [TWICE, NOBODY],
} as const satisfies Record<string, readonly BlotterFault[]>;

/** The faults that a simulation can put into a stream, by name, and what each must lead to. */
import type { FindingCode } from '../../../core/engine/findings/catalogue.ts';

/** What is done to a message's bytes so that the record check must refuse it. */
export const CORRUPTIONS = [
  'cut_json',
  'wrong_type',
  'missing_field',
  'bad_enum',
  'too_many_digits',
  'invalid_utf8',
  'broken_time',
  'rule_broken',
] as const;
export type Corruption = (typeof CORRUPTIONS)[number];

/** A stream without a column of fixed words gets a null instead of a bad word. */
export type FaultKind =
  | Corruption
  | 'null_value'
  | 'duplicate'
  | 'late'
  | 'future'
  | 'negative'
  | 'crossed'
  | 'fat_finger'
  /** Sequences that are never sent. */
  | 'drop';

/** Findings of the record check; empty where the message is accepted. */
export const EXPECTED_CODES: Readonly<Record<FaultKind, readonly FindingCode[]>> = {
  cut_json: ['RECORD_UNPARSABLE'],
  wrong_type: ['TYPE_MISMATCH'],
  missing_field: ['FIELD_MISSING'],
  bad_enum: ['VALUE_NOT_ALLOWED'],
  null_value: ['NULL_NOT_ALLOWED'],
  too_many_digits: ['TYPE_MISMATCH'],
  invalid_utf8: ['ENCODING_INVALID'],
  broken_time: ['TYPE_MISMATCH'],
  rule_broken: ['RULE_FAILED'],
  duplicate: [],
  late: [],
  future: [],
  negative: [],
  crossed: [],
  fat_finger: [],
  drop: [],
};

/** How many of all messages get a fault, 0 to 1 each and together at most 1. */
export interface FaultShares {
  readonly corrupt: number;
  readonly duplicate: number;
  readonly late: number;
  readonly future: number;
  readonly negative: number;
  readonly crossed: number;
  readonly fat_finger: number;
  readonly drop: number;
}

export const FAULTS = ['corrupt', 'duplicate', 'late', 'future', 'negative', 'crossed', 'fat_finger', 'drop'] as const;
export type Fault = (typeof FAULTS)[number];

export const NO_FAULTS: FaultShares = { corrupt: 0, duplicate: 0, late: 0, future: 0, negative: 0, crossed: 0, fat_finger: 0, drop: 0 };

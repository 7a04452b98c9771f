/** Names of the objects that the reporter keeps below the root. Every number in them has a fixed width, so that a listing is in order. */
import { MarketsError } from '../errors/markets-error.ts';

const SEQ_DIGITS = 12;
const SHORT_DIGITS = 6;
const ROOT = 'control/reports';

/** One a process start, as core/stream/object-names.ts writerName() makes it: `<YYYYMMDDTHHMMSS>-<8 hex>`. */
const INSTANCE = /^\d{8}T\d{6}-[0-9a-f]{8}$/;
const TRADE_ID = /^[0-9a-f]{32}$/;
const REGIME = /^[a-z][a-z0-9_]{0,63}$/;

/** INTERNAL for text that is none: it is part of object names. */
export function checkInstance(instance: string): void {
  if (!INSTANCE.test(instance)) throw badName('instance', '<YYYYMMDDTHHMMSS>-<8 hex>', instance);
}

export const LEDGERS = `${ROOT}/ledger/`;

export function ledgerPrefix(instance: string): string {
  checkInstance(instance);
  return `${LEDGERS}${instance}/`;
}

/** On a folder: the one file that an instance appends to. */
export function logName(instance: string): string {
  return `${ledgerPrefix(instance)}log.jsonl`;
}

/** On objects: the entries from `seq` on that were gathered together. */
export function segmentName(instance: string, seq: number): string {
  return `${ledgerPrefix(instance)}${String(seq).padStart(SEQ_DIGITS, '0')}.jsonl`;
}

const LEDGER_OBJECT = /^control\/reports\/ledger\/(\d{8}T\d{6}-[0-9a-f]{8})\/(?:log|(\d{12}))\.jsonl$/;

/** `seq` of the first entry; null for the log of a folder. undefined for a name that is none. */
export function readLedgerName(name: string): { readonly instance: string; readonly seq: number | null } | undefined {
  const [, instance, digits] = LEDGER_OBJECT.exec(name) ?? [];
  if (instance === undefined) return undefined;
  return { instance, seq: digits === undefined ? null : Number(digits) };
}

export const ANCHORS = `${ROOT}/anchors/`;

export function anchorName(instance: string, number: number): string {
  return `${anchorPrefix(instance)}${String(number).padStart(SEQ_DIGITS, '0')}.json`;
}

export function anchorPrefix(instance: string): string {
  checkInstance(instance);
  return `${ANCHORS}${instance}/`;
}

export const INSTANCES = `${ROOT}/instances/`;
const INSTANCE_OBJECT = /^control\/reports\/instances\/(\d{8}T\d{6}-[0-9a-f]{8})\.json$/;

/** Written again at every heartbeat. */
export function instanceName(instance: string): string {
  checkInstance(instance);
  return `${INSTANCES}${instance}.json`;
}

export function readInstanceName(name: string): string | undefined {
  return INSTANCE_OBJECT.exec(name)?.[1];
}

export const ADOPTIONS = `${ROOT}/adoptions/`;

export function adoptionPrefix(instance: string): string {
  checkInstance(instance);
  return `${ADOPTIONS}${instance}/`;
}

/** Who takes on what a dead instance left, by the number of the attempt. */
export function adoptionName(instance: string, attempt: number): string {
  return `${adoptionPrefix(instance)}${short(attempt)}.json`;
}

export function adoptedName(instance: string, attempt: number): string {
  return `${adoptionPrefix(instance)}${short(attempt)}.done.json`;
}

export const TRADES = 'reports/trades/';

export function stepsPrefix(tradeId: string, regime: string): string {
  if (!TRADE_ID.test(tradeId)) throw badName('trade_id', '32 lower-case hex digits', tradeId);
  if (!REGIME.test(regime)) throw badName('regime', 'lower-case letters, digits and _', regime);
  return `${TRADES}${tradeId.slice(0, 2)}/${tradeId}/${regime}/`;
}

export function stepName(tradeId: string, regime: string, seq: number): string {
  return `${stepsPrefix(tradeId, regime)}${short(seq)}.json`;
}

export function stepEndName(tradeId: string, regime: string, seq: number): string {
  return `${stepsPrefix(tradeId, regime)}${short(seq)}.end.json`;
}

const STEP_OBJECT = /^reports\/trades\/[0-9a-f]{2}\/([0-9a-f]{32})\/([a-z][a-z0-9_]*)\/(\d{6})(\.end)?\.json$/;

export interface StepObject {
  readonly tradeId: string;
  readonly regime: string;
  readonly seq: number;
  readonly isEnd: boolean;
}

export function readStepName(name: string): StepObject | undefined {
  const [, tradeId, regime, digits, end] = STEP_OBJECT.exec(name) ?? [];
  if (tradeId === undefined || regime === undefined) return undefined;
  return { tradeId, regime, seq: Number(digits), isEnd: end !== undefined };
}

function short(number: number): string {
  return String(number).padStart(SHORT_DIGITS, '0');
}

function badName(what: string, expected: string, found: string): MarketsError {
  return new MarketsError('INTERNAL', `The ${what} cannot be part of a name.`, { expected, found: JSON.stringify(found.slice(0, 100)) });
}

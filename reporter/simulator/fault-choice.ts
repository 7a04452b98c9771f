/** Which fault a call meets: by a hash of seed, subject and number of the try, so that it is the same in whatever order calls come. */
import { createHash } from 'node:crypto';

export const REGULATOR_FAULTS = [
  'delay',
  'error_before',
  'error_after',
  'unavailable',
  'too_many',
  'reset_before',
  'reset_after',
  'timeout_before',
  'timeout_after',
  'unreadable',
  'pending',
  'duplicate_reply',
  'contradictory',
] as const;
export type RegulatorFault = (typeof REGULATOR_FAULTS)[number];

/** Shares of calls, together at most 1. */
export type RegulatorFaultShares = Readonly<Partial<Record<RegulatorFault, number>>>;

export const FAULT_MEANING: Readonly<Record<RegulatorFault, string>> = {
  delay: 'taken, answered late',
  error_before: '500, nothing taken',
  error_after: '500, and taken all the same',
  unavailable: '503 with Retry-After, and the word that nothing was taken',
  too_many: '429 with Retry-After, and the word that nothing was taken',
  reset_before: 'connection reset, nothing taken',
  reset_after: 'connection reset after it was taken',
  timeout_before: 'no answer ever, nothing taken',
  timeout_after: 'no answer ever, and taken',
  unreadable: 'taken, and answered with what nobody can read',
  pending: 'PDNG at first, the decision later by the feed and on asking',
  duplicate_reply: 'answered, and the same reply twice more in the feed',
  contradictory: 'answered, and the opposite in the feed; the books keep the answer',
};

/** Of questions (GET) only these can happen. */
const OF_QUESTIONS: ReadonlySet<RegulatorFault> = new Set([
  'delay',
  'error_before',
  'unavailable',
  'too_many',
  'reset_before',
  'timeout_before',
]);

const WORD = 2 ** 32;

export function chooseFault(shares: RegulatorFaultShares, seed: number, subject: string, number: number): RegulatorFault | null {
  const hash = createHash('sha256')
    .update(`${String(seed)}\0${subject}\0${String(number)}`, 'utf8')
    .digest();
  let left = hash.readUInt32BE(0) / WORD;
  for (const fault of REGULATOR_FAULTS) {
    left -= shares[fault] ?? 0;
    if (left < 0) return fault;
  }
  return null;
}

export function chooseQuestionFault(shares: RegulatorFaultShares, seed: number, subject: string, number: number): RegulatorFault | null {
  const fault = chooseFault(shares, seed, subject, number);
  return fault !== null && OF_QUESTIONS.has(fault) ? fault : null;
}

/** The same share for every kind, `total` together. */
export function evenFaults(total: number): RegulatorFaultShares {
  return Object.fromEntries(REGULATOR_FAULTS.map((fault) => [fault, total / REGULATOR_FAULTS.length]));
}

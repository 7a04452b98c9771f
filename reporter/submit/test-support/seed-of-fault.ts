/** A seed with which the first tries of a subject meet a fault, and the next one does not. */
import { chooseFault, type RegulatorFault, type RegulatorFaultShares } from '../../simulator/fault-choice.ts';

export function firstTriesOnly(
  fault: RegulatorFault,
  subject: string,
  tries = 1,
): { readonly seed: number; readonly faults: RegulatorFaultShares } {
  const faults = { [fault]: 0.5 };
  for (let seed = 1; seed < 100_000; seed++) {
    const met = Array.from({ length: tries + 1 }, (_, index) => chooseFault(faults, seed, subject, index + 1) === fault);
    // The first question afterwards meets none either.
    const asked = chooseFault(faults, seed, `ask ${subject.replace('-', ' ')}`, 1) === fault;
    if (met.slice(0, tries).every(Boolean) && met[tries] === false && !asked) return { seed, faults };
  }
  throw new Error('no such seed');
}

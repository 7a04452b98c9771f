/** Where the tasks of a run meet: everything of one run below one prefix, which goes with the run. */
export const CLAIMS_PREFIX = 'control/claims/';
const EPOCH_DIGITS = 8;
const UNIT_DIGITS = 6;
const CLAIM = /\/unit-(\d{6})\.(\d+)\.claim$/;
const DONE = /\/unit-(\d{6})\.done$/;

export function sharePrefix(epoch: number): string {
  return `${CLAIMS_PREFIX}${String(epoch).padStart(EPOCH_DIGITS, '0')}/`;
}

/** `attempt` is 1, and one more for each task that was given up. */
export function claimName(epoch: number, unit: number, attempt: number): string {
  return `${sharePrefix(epoch)}unit-${digits(unit)}.${String(attempt)}.claim`;
}

export function doneName(epoch: number, unit: number): string {
  return `${sharePrefix(epoch)}unit-${digits(unit)}.done`;
}

export function heartbeatName(epoch: number, writer: string): string {
  return `${sharePrefix(epoch)}${writer}.heartbeat`;
}

export function readClaimName(name: string): { readonly unit: number; readonly attempt: number } | null {
  const found = CLAIM.exec(name);
  return found === null ? null : { unit: Number(found[1]), attempt: Number(found[2]) };
}

export function readDoneName(name: string): number | null {
  const found = DONE.exec(name);
  return found === null ? null : Number(found[1]);
}

function digits(unit: number): string {
  return String(unit).padStart(UNIT_DIGITS, '0');
}

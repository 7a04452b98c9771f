/** CPU time and peak memory of another process, from /proc. */
import { readFileSync, writeFileSync } from 'node:fs';

/** USER_HZ: what /proc counts in, on every architecture that Node runs on. */
const TICKS_PER_SECOND = 100;

/** User and system time of all its threads so far. */
export function cpuSecondsOf(pid: number): number {
  // The command name stands in parentheses and may hold blanks: fields are counted from behind it.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** The highest resident memory since the start, or since forgetPeakOf(). */
export function peakBytesOf(pid: number): number {
  const found = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  if (found === null) throw new Error(`/proc/${pid}/status names no VmHWM`);
  return Number(found[1]) * 1024;
}

/** What the process had before does not count any more. */
export function forgetPeakOf(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}

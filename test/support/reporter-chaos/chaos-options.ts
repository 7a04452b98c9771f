/** What a reporter of the chaos test is told by its command line, and the clock that is faster than that of the wall. */
import { SYSTEM_TIME } from '../../../core/time/system-time.ts';
import type { Time } from '../../../core/time/time.ts';

export interface ChaosReporterOptions {
  readonly root: string;
  readonly regulator: string;
  /** While it is not there, the reference data lack a counterparty. */
  readonly lateReference: string;
}

/** Pauses between tries, follow-ups, refreshes and heartbeats are this many times shorter. */
const FASTER = 20;
/** By the store's clock, which is that of the wall: an instance is dead after three of them. */
export const HEARTBEAT_SECONDS = 1.5;

export const FAST_TIME: Time = {
  ...SYSTEM_TIME,
  wait: async (milliseconds, signal) => await SYSTEM_TIME.wait(milliseconds / FASTER, signal),
};

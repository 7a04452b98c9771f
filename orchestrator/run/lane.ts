/** What every step of a cycle works with. Built once a run by open-run.ts. */
import type { Logger } from '../../core/telemetry/logger.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import type { SourceSpec } from '../../core/spec/source-spec.ts';
import type { FileValidator } from '../deliver/file-validator.ts';
import type { LaneState } from '../state/lane-state.ts';
import type { Journal } from './journal.ts';

/** A spec with the text it was read from, which is kept under control/specs for ever. */
export interface LoadedSpec {
  readonly spec: SourceSpec;
  readonly text: Uint8Array;
}

export interface LaneLimits {
  /** An object younger than this by the store's clock may still be written. */
  readonly settle_seconds: number;
  readonly files_at_once: number;
}

export interface Lane {
  readonly store: ObjectStore;
  readonly clock: Clock;
  readonly runId: string;
  readonly epoch: number;
  /** current_timestamp() of every rule in this run. */
  readonly startedAt: string;
  readonly specs: readonly LoadedSpec[];
  readonly limits: LaneLimits;
  readonly state: LaneState;
  readonly journal: Journal;
  readonly validator: FileValidator;
  readonly engineVersion: string;
  /** A folder of this machine for spooled objects; emptied file by file. */
  readonly scratchFolder: string;
  readonly logger: Logger;
  /** Aborted when the process is to end: what was begun is finished, nothing new is begun. */
  readonly signal: AbortSignal;
  /** Throws LEASE_LOST when another run took over. */
  assertHeld(): Promise<void>;
  /** Waits; injected so that tests do not. */
  sleep(milliseconds: number): Promise<void>;
}

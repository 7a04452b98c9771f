/** What a cycle needs from outside: adapters, clock, limits and the steps of the warehouse. */
import type { Clock } from '../../core/ports/clock.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import type { Logger } from '../../core/telemetry/logger.ts';
import type { FileValidator } from '../deliver/file-validator.ts';
import type { Calendars } from '../../core/calendars/business-day.ts';
import type { PartnerDelivery } from '../partner/partner-delivery.ts';
import type { CycleStep } from './cycle-result.ts';
import type { Lane, LaneLimits, LoadedSpec } from './lane.ts';
import type { WarehouseLane } from './warehouse-steps.ts';

export interface CycleOptions {
  readonly store: ObjectStore;
  readonly specs: readonly LoadedSpec[];
  readonly clock: Clock;
  readonly validator: FileValidator;
  readonly engineVersion: string;
  readonly limits: LaneLimits;
  readonly heartbeatSeconds: number;
  /** Who runs, for the message of those who find the lease taken. */
  readonly holder: string;
  /** Random lower-case hex, at least 32 digits. */
  readonly newId: () => string;
  /** A folder of this machine; the run makes its own below it and removes that. */
  readonly scratchFolder: string;
  readonly calendars: Calendars;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** null leaves dbt and the extract out. */
  readonly warehouse: WarehouseLane | null;
  /** Who gets the extracts; null leaves them where they are. */
  readonly partner: PartnerDelivery | null;
  /** Tells whoever wants to know about alerts; called once a cycle after everything else. */
  readonly notify: (lane: Lane) => Promise<void>;
  /** Other tasks may take files of this run (see orchestrator/share); `fixedNow` is the moment at which `clock` stands, null where it runs. */
  readonly share?: { readonly fixedNow: string | null };
  /** Only this source's files; everything else of the cycle is as always. */
  readonly source?: string;
  /** Events between two checkpoints of the lane's state. */
  readonly checkpointEvery?: number;
  readonly onStep?: (step: CycleStep) => void;
  readonly onFile?: (done: number, total: number, object: string) => void;
}

/** What the pipeline is made of: the other rooms of the reporter, as it sees them. */
import type { ObjectStore } from '../../core/ports/object-store.ts';
import type { Time } from '../../core/time/time.ts';
import type { TradeEvent } from '../event/trade-event.ts';
import type { LedgerData } from '../ledger/entry.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { TradeSteps } from '../ledger/trade-steps.ts';
import type { ReferenceCache } from '../reference/reference-cache.ts';
import type { Regime } from '../regime/regime.ts';
import type { Submitter } from '../submit/submitter.ts';
import type { PipelineLimits } from './pipeline-limits.ts';

/** An event of an instance that is dead, taken on by this one. */
export interface Unfinished {
  readonly eventId: string;
  readonly from: string;
  readonly received: LedgerData['received'];
  readonly receivedAt: string;
}

export interface PipelineParts {
  readonly regimes: readonly Regime[];
  readonly reference: Pick<ReferenceCache, 'view' | 'onRefresh'>;
  readonly ledger: Pick<Ledger, 'append' | 'instance'>;
  readonly steps: TradeSteps;
  readonly submitter: Submitter;
  readonly store: ObjectStore;
  readonly time: Time;
  readonly limits: PipelineLimits;
  /** Whether an instance has ended or fell silent. */
  readonly isDead: (instance: string) => Promise<boolean>;
  /** Takes on unfinished events of dead instances, each by one adopter. */
  readonly adoptUnfinished: (take: (unfinished: Unfinished) => Promise<void>) => Promise<void>;
  /** The event of a message that the ledger holds; null where the specs of today cannot read it. */
  readonly readReceived: (received: LedgerData['received'], receivedAt: string) => TradeEvent | null;
  readonly observe: (sign: PipelineSign) => void;
}

/** What somebody who watches is told; without row values. */
export type PipelineSign =
  | { readonly kind: 'ended'; readonly regime: string; readonly state: string; readonly isLate: boolean; readonly elapsedMs: number }
  | { readonly kind: 'stage'; readonly regime: string; readonly stage: 'durable' | 'judged' | 'sent'; readonly elapsedMs: number }
  | {
      readonly kind: 'deadline_near';
      readonly regime: string;
      readonly reportId: string;
      readonly secondsLeft: number;
      readonly phase: string;
    }
  | { readonly kind: 'failed'; readonly code: string };

/** What one event owes one regime, while it is worked on. */
import type { TradeEvent } from '../event/trade-event.ts';
import type { Regime } from '../regime/regime.ts';
import type { WaitReason } from './waiting-room.ts';

/** How a report ended here; `duplicate`: it was done before. */
export type ReportEnd =
  'acknowledged' | 'rejected' | 'dead_lettered' | 'invalid' | 'not_eligible' | 'superseded' | 'conflict' | 'duplicate';

export interface ReportTask {
  readonly event: TradeEvent;
  readonly regime: Regime;
  readonly reportId: string;
  /** Trade and regime: what is done in order. */
  readonly lane: string;
  readonly contentSha256: string;
  readonly dueAtUs: bigint;
  readonly startedMs: number;
  /** Of a dead instance: its last entries may be missing in every ledger. */
  readonly isAdopted: boolean;
  /** What ended badly is begun once more; false as soon as it was. */
  again: boolean;
  /** The step that this process has claimed and certainly not sent. */
  unsentSeq: number | null;
  /** The step of a dead instance of which this process has told. */
  takenOnSeq: number | null;
  phase: 'queued' | 'working' | WaitReason;
  /** Waits in a row for the same reason. */
  waits: number;
  waitedFor: WaitReason | null;
  /** What was told of a wait, so that the ledger has it once. */
  told: string;
  isAlarmed: boolean;
}

export interface NewTask {
  readonly event: TradeEvent;
  readonly regime: Regime;
  readonly contentSha256: string;
  readonly startedMs: number;
  readonly isAdopted: boolean;
  readonly again: boolean;
}

export function createTask({ event, regime, ...others }: NewTask): ReportTask {
  const { name } = regime;
  return {
    ...others,
    event,
    regime,
    reportId: `${event.eventId}-${name}`,
    lane: `${event.tradeId}/${name}`,
    dueAtUs: regime.dueAtUs(event.tradeTimeUs),
    unsentSeq: null,
    takenOnSeq: null,
    phase: 'queued',
    waits: 0,
    waitedFor: null,
    told: '',
    isAlarmed: false,
  };
}

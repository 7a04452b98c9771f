/** What is under way, for probes and metrics. */
import type { LateReplies } from './late-replies.ts';
import type { ReportTask } from './report-task.ts';
import type { ReportWork } from './report-work.ts';
import { WAIT_REASONS, type WaitingRoom, type WaitReason } from './waiting-room.ts';

export interface PipelineState {
  /** Events that are received and not ended, and reports of them. */
  readonly events: number;
  readonly reports: number;
  /** Reports that wait for their turn, and that are worked on or with a regulator. */
  readonly queued: number;
  readonly in_flight: number;
  readonly waiting: Readonly<Record<WaitReason, number>>;
  /** By regime, of reports without an end; null where there are none. */
  readonly nearest_due_at_us: ReadonlyMap<string, bigint>;
  readonly contradicted: number;
  readonly unmatched_replies: number;
  readonly is_draining: boolean;
}

interface Rooms {
  readonly events: number;
  readonly tasks: ReadonlySet<ReportTask>;
  readonly room: WaitingRoom;
  readonly work: ReportWork;
  readonly replies: LateReplies;
  readonly isDraining: boolean;
}

export function pipelineState({ events, tasks, room, work, replies, isDraining }: Rooms): PipelineState {
  const nearest = new Map<string, bigint>();
  for (const { dueAtUs, regime } of tasks) {
    const { name } = regime;
    const known = nearest.get(name);
    if (known === undefined || dueAtUs < known) nearest.set(name, dueAtUs);
  }
  const waiting = Object.fromEntries(WAIT_REASONS.map((reason) => [reason, room.count(reason)])) as Record<WaitReason, number>;
  return {
    events,
    reports: tasks.size,
    queued: work.judging.waiting + work.sending.waiting,
    in_flight: work.judging.working + work.sending.working,
    waiting,
    nearest_due_at_us: nearest,
    contradicted: replies.contradicted,
    unmatched_replies: replies.unmatched,
    is_draining: isDraining,
  };
}

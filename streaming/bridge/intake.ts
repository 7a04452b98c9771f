/** Takes messages in: each is judged, followed by its partition's tracker until it is done, and handed to the bus. */
import { MarketsError } from '../../core/errors/markets-error.ts';
import type { BusPublisher } from '../../core/ports/message-bus.ts';
import type { LogMessage } from '../../core/ports/message-log.ts';
import type { SourceSpec } from '../../core/spec/source-spec.ts';
import { createIfAbsent } from '../../core/stream/stored-json.ts';
import { momentOf, type Time } from '../../core/time/time.ts';
import type { BridgeParts } from './bridge-options.ts';
import type { Delivery } from './delivery.ts';
import { MessageJudge, type Judgement, type Oversized } from './judge-message.ts';
import type { OffsetTracker } from './offset-tracker.ts';
import { codeOf } from './partition-slots.ts';
import type { PendingMessage } from './pending-message.ts';
import type { SourceStatus } from './source-status.ts';

const STORE_RETRY_MS = 1000;
const NO_CODES: readonly string[] = [];

export interface Publishers {
  readonly good: BusPublisher;
  readonly dead: BusPublisher;
}

interface IntakeParts {
  readonly delivery: Delivery;
  readonly status: SourceStatus;
  readonly signal: AbortSignal;
}

export class Intake {
  private readonly source: string;
  private readonly parts: Pick<BridgeParts, 'store' | 'time' | 'logger'>;
  private readonly delivery: Delivery;
  private readonly status: SourceStatus;
  private readonly signal: AbortSignal;
  private readonly judge: MessageJudge;
  private publishers: Publishers | null = null;
  private readAtMs = 0;
  private readSeq = 0;

  /** SPEC_NOT_SUPPORTED where messages of the source cannot be judged one by one. */
  constructor(spec: SourceSpec, parts: Pick<BridgeParts, 'store' | 'time' | 'logger'>, { delivery, status, signal }: IntakeParts) {
    this.source = spec.name;
    this.parts = parts;
    this.delivery = delivery;
    this.status = status;
    this.signal = signal;
    this.judge = new MessageJudge(spec, momentOf(parts.time.nowMs()));
  }

  open(publishers: Publishers): void {
    this.publishers = publishers;
  }

  /** The messages that follow are read now: current_timestamp() of the rules, and where their latency begins. */
  at(time: Time): void {
    this.judge.at(momentOf(time.nowMs()));
    this.readAtMs = time.monotonicMs();
  }

  /** The next message of a partition, in the order of the log. One that came before is passed over: it is pending or done. */
  take(message: LogMessage, tracker: OffsetTracker): void {
    const { lastReadOffset, firstOffset } = tracker;
    if (lastReadOffset !== null && firstOffset !== null && message.offset <= lastReadOffset) {
      if (message.offset >= firstOffset) return;
      throw new MarketsError('STREAM_STATE', 'A partition goes back behind where its reading began.', {
        expected: `offset ${firstOffset} or above`,
        found: message.offset.toString(),
      });
    }
    const judgement = this.judge.judge(message);
    this.readSeq += 1;
    this.status.read += 1;
    const pending: PendingMessage = {
      tracker,
      offset: message.offset,
      timestampMs: message.timestampMs,
      sizeBytes: message.value?.length ?? 0,
      readSeq: this.readSeq,
      readAtMs: this.readAtMs,
      fate: judgement.fate,
      codes: judgement.fate === 'dead_lettered' ? judgement.codes : NO_CODES,
      outgoing: this.outgoing(judgement),
      isInDoubt: false,
      isDone: false,
    };
    tracker.add(pending);
    this.status.lastTimestampMs = message.timestampMs;
    if (judgement.fate === 'skipped') {
      this.status.skipped += 1;
      pending.isInDoubt = false;
      tracker.done(pending);
    } else if (judgement.fate === 'dead_lettered' && judgement.oversized !== null) {
      this.delivery.sendWhen(this.stored(judgement.oversized), pending);
    } else {
      this.delivery.send(pending);
    }
  }

  /** Until the store has it: a dead letter must not name an object that is not there. */
  private async stored({ object, bytes }: Oversized): Promise<void> {
    const { store, time, logger } = this.parts;
    while (!this.signal.aborted) {
      try {
        await createIfAbsent(store, object, bytes);
        return;
      } catch (error) {
        logger.log('warn', 'oversized_not_stored', { source: this.source, code: codeOf(error) });
        await time.wait(STORE_RETRY_MS, this.signal);
      }
    }
    await new Promise<void>(() => undefined);
  }

  private outgoing(judgement: Judgement): PendingMessage['outgoing'] {
    if (judgement.fate === 'skipped' || this.publishers === null) return null;
    const publisher = judgement.fate === 'published' ? this.publishers.good : this.publishers.dead;
    return { publisher, message: judgement.message };
  }
}

/**
 * Puts faults into a feed and keeps the books on them. Draws from random numbers of its own: without faults, and between them, the messages are
 * those of the feed.
 */
import type { RandomNumbers } from '../market/random-numbers.ts';
import { MICROS_PER_SECOND, timeWriter } from '../market/event-time.ts';
import type { FeedMessage, MessageFeed } from '../messages/message-feed.ts';
import type { StreamKind } from '../messages/message-writer.ts';
import type { Numbering } from '../messages/numbering.ts';
import type { MessageFault, SimulatedMessage, SimulationSummary, Truth } from '../simulated-message.ts';
import { atTime, corrupted, crossed, fatFinger, negative, type ChangedText } from './change-message.ts';
import { FAULTS, type Fault, type FaultShares } from './fault-kind.ts';
import { HeldMessages } from './held-messages.ts';
import { membersOf } from './message-members.ts';
import { createLedger, type Ledger } from './truth-ledger.ts';

export interface ChaosOptions {
  readonly stream: StreamKind;
  readonly feed: MessageFeed;
  readonly numbering: Numbering;
  readonly shares: FaultShares;
  readonly count: number;
  readonly random: RandomNumbers;
  readonly onTruth: ((truth: Truth) => void) | undefined;
}

/** Late messages come 1 to 60 s after their turn, in event time. */
const [LATE_MIN_MICROS, LATE_MAX_MICROS] = [MICROS_PER_SECOND, 60 * MICROS_PER_SECOND];
/** Duplicates come within 8 s. */
const DUPLICATE_MAX_MICROS = 8 * MICROS_PER_SECOND;
/** Messages from the future are 10 s to an hour early. */
const [FUTURE_MIN_MICROS, FUTURE_MAX_MICROS] = [10 * MICROS_PER_SECOND, 3600 * MICROS_PER_SECOND];
/** How many sequences a drop leaves out: most a few, some enough for every severity. */
const DROPPED: readonly number[] = [1, 1, 1, 2, 2, 3, 5, 8, 17, 60, 250, 1500];

type Change = ChangedText & { readonly micros?: number };
type Ready = Omit<SimulatedMessage, 'position'>;

export function createChaos(options: ChaosOptions): { next(): SimulatedMessage | undefined; summary(): SimulationSummary } {
  const chaos = new Chaos(options);
  return { next: () => chaos.next(), summary: () => chaos.ledger.summary() };
}

class Chaos {
  readonly ledger: Ledger;
  private readonly options: ChaosOptions;
  private readonly held = new HeldMessages();
  private readonly choose: () => Fault | null;
  private readonly timeText = timeWriter();
  private position = 0;

  constructor(options: ChaosOptions) {
    this.options = options;
    this.choose = faultChooser(options.shares, options.random);
    this.ledger = createLedger(options.stream, options.onTruth);
  }

  next(): SimulatedMessage | undefined {
    const { feed, count } = this.options;
    while (this.position + this.held.size < count) {
      if (this.held.firstDueMicros <= feed.peek().micros) break;
      const ready = this.make();
      if (ready !== undefined) return this.send(ready);
    }
    const held = this.held.takeFirst();
    return held === undefined ? undefined : this.send(held.message);
  }

  private send(ready: Ready): SimulatedMessage {
    const message = { ...ready, position: this.position };
    this.position += 1;
    this.ledger.sent(message);
    return message;
  }

  /** The feed's next message with its fault; undefined when it is held. */
  private make(): Ready | undefined {
    const fault = this.choose();
    if (fault === null) return ready(this.options.feed.next(), null);
    if (fault === 'drop') this.drop();
    const message = this.options.feed.next();
    if (fault === 'late') return this.late(message);
    if (fault === 'duplicate') return this.duplicate(message);
    const change = fault === 'drop' ? undefined : this.change(fault, message);
    if (change === undefined) return ready(message, null);
    return ready(message, { kind: change.kind, column: change.column, micros: change.micros ?? null, repeats: null }, change.text);
  }

  private change(fault: Fault, message: FeedMessage): Change | undefined {
    const { stream, random } = this.options;
    const members = membersOf(stream, message.isTrade);
    const { text } = message;
    switch (fault) {
      case 'corrupt':
        return corrupted(text, members, random);
      case 'negative':
        return negative(text, members);
      case 'fat_finger':
        return fatFinger(text, members);
      case 'crossed':
        return crossed(text, members);
      case 'future': {
        const micros = between(random, FUTURE_MIN_MICROS, FUTURE_MAX_MICROS);
        return { ...atTime(text, members, this.timeText(message.micros + micros)), micros };
      }
      case 'late':
      case 'duplicate':
      case 'drop':
        return undefined;
    }
  }

  private late(message: FeedMessage): Ready | undefined {
    const micros = between(this.options.random, LATE_MIN_MICROS, LATE_MAX_MICROS);
    if (this.held.isFull) return ready(message, null);
    const dueMicros = message.micros + micros;
    const late = ready(message, { kind: 'late', column: null, micros, repeats: null });
    this.held.hold({ dueMicros, message: { ...late, sentMicros: dueMicros } });
    return undefined;
  }

  /** Sends the message, and the same bytes again later; not where the count leaves no room for it. */
  private duplicate(message: FeedMessage): Ready {
    const dueMicros = message.micros + between(this.options.random, 1, DUPLICATE_MAX_MICROS);
    const first = ready(message, null);
    if (!this.held.isFull && this.position + this.held.size + 1 < this.options.count) {
      const fault: MessageFault = { kind: 'duplicate', column: null, micros: dueMicros - message.micros, repeats: this.position };
      this.held.hold({ dueMicros, message: { ...first, sentMicros: dueMicros, fault } });
    }
    return first;
  }

  private drop(): void {
    const { feed, numbering, random } = this.options;
    const { index, micros } = feed.peek();
    const dropped = DROPPED[random.below(DROPPED.length)] ?? 1;
    this.ledger.dropped({ position: this.position, ...numbering.skip(index, micros, dropped), dropped });
  }
}

function ready({ instrument, micros, session, sequence, text }: FeedMessage, fault: MessageFault | null, changed = text): Ready {
  return { key: instrument.name, value: Buffer.from(changed, 'latin1'), micros, sentMicros: micros, session, sequence, fault };
}

function between(random: RandomNumbers, min: number, max: number): number {
  return min + Math.floor(random.unit() * (max - min));
}

/** One draw a message decides between all faults. */
function faultChooser(shares: FaultShares, random: RandomNumbers): () => Fault | null {
  const wanted = FAULTS.filter((fault) => shares[fault] > 0);
  if (wanted.length === 0) return () => null;
  const total = wanted.reduce((sum, fault) => sum + shares[fault], 0);
  return () => {
    let draw = random.unit();
    if (draw >= total) return null;
    for (const fault of wanted) {
      draw -= shares[fault];
      if (draw < 0) return fault;
    }
    return null;
  };
}

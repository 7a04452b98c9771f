/** What a simulation gives: the messages in the order in which they are sent, and the truth of what is wrong with some of them. */
import type { FindingCode } from '../../core/engine/findings/catalogue.ts';
import type { FaultKind } from './chaos/fault-kind.ts';

/** What is wrong with a message, before its position is known. */
export interface MessageFault {
  readonly kind: FaultKind;
  readonly column: string | null;
  /** Of a late message: how long it was held, in microseconds of event time. Of one from the future: how far. */
  readonly micros: number | null;
  /** Of a duplicate: position of the message it repeats. */
  readonly repeats: number | null;
}

export interface SimulatedMessage {
  /** 0-based number among all messages of the simulation, in the order of sending. */
  readonly position: number;
  /** The instrument: Kafka's key. */
  readonly key: string;
  readonly value: Buffer;
  /** Event time in microseconds, as it was before a fault changed it. */
  readonly micros: number;
  /** When it is sent, in event time: later than `micros` for late messages and duplicates. */
  readonly sentMicros: number;
  readonly session: string;
  readonly sequence: number;
  readonly fault: MessageFault | null;
}

/** One line of the file of truth. */
export interface Truth {
  /** Of the message; of a drop, of the message that is sent in its place. */
  readonly position: number;
  readonly stream: string;
  readonly key: string;
  readonly session: string;
  /** Of a drop the first that is missing. */
  readonly sequence: number;
  readonly kind: FaultKind;
  readonly column: string | null;
  /** Findings of the record check, distinct; empty where the message is good or, of a drop, never sent. */
  readonly codes: readonly FindingCode[];
  /** Of a drop: how many sequences are missing. */
  readonly dropped: number | null;
  readonly repeats: number | null;
  readonly micros: number | null;
}

export interface SimulationSummary {
  readonly messages: number;
  readonly bytes: number;
  /** Messages that the record check must accept, duplicates among them. */
  readonly accepted: number;
  readonly refused: number;
  readonly faults: Readonly<Partial<Record<FaultKind, number>>>;
  readonly dropped_sequences: number;
}

/** Counts what was sent and writes the truth of every fault. */
import type { SimulatedMessage, SimulationSummary, Truth } from '../simulated-message.ts';
import { EXPECTED_CODES, type FaultKind } from './fault-kind.ts';

export interface DroppedSequences {
  readonly position: number;
  readonly key: string;
  readonly session: string;
  readonly sequence: number;
  readonly dropped: number;
}

export interface Ledger {
  sent(message: SimulatedMessage): void;
  dropped(what: DroppedSequences): void;
  summary(): SimulationSummary;
}

export function createLedger(stream: string, onTruth: ((truth: Truth) => void) | undefined): Ledger {
  const counts = { messages: 0, bytes: 0, refused: 0, dropped: 0 };
  const faults: Partial<Record<FaultKind, number>> = {};
  const count = (kind: FaultKind): void => {
    faults[kind] = (faults[kind] ?? 0) + 1;
  };
  return {
    sent: ({ position, key, session, sequence, value, fault }) => {
      counts.messages += 1;
      counts.bytes += value.length;
      if (fault === null) return;
      const { kind, column, repeats, micros } = fault;
      const codes = EXPECTED_CODES[kind];
      if (codes.length > 0) counts.refused += 1;
      count(kind);
      onTruth?.({ position, stream, key, session, sequence, kind, column, codes, dropped: null, repeats, micros });
    },
    dropped: ({ position, key, session, sequence, dropped }) => {
      counts.dropped += dropped;
      count('drop');
      onTruth?.({ position, stream, key, session, sequence, kind: 'drop', column: null, codes: [], dropped, repeats: null, micros: null });
    },
    summary: () => ({
      messages: counts.messages,
      bytes: counts.bytes,
      accepted: counts.messages - counts.refused,
      refused: counts.refused,
      faults: { ...faults },
      dropped_sequences: counts.dropped,
    }),
  };
}

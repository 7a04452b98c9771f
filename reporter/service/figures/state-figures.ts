/** What the ledger and the reference data tell of themselves. */
import type { Sample } from '../../../core/telemetry/polled-figures.ts';
import type { ReferenceState } from '../../reference/reference-cache.ts';
import type { PartFigures } from './service-metrics.ts';

export interface WatchedLedger {
  readonly waiting: number;
  readonly count: number;
  readonly failure: unknown;
}

export function stateFigures(ledger: () => WatchedLedger, reference: () => ReferenceState): PartFigures {
  const one = (of: () => number | null) => (): readonly Sample[] => [[{}, of()]];
  return {
    counters: [['markets_reporter_ledger_entries_total', 'Entries of the ledger that are durable', [], one(() => ledger().count)]],
    gauges: [
      ['markets_reporter_ledger_waiting', 'Entries that are not durable yet', [], one(() => ledger().waiting)],
      ['markets_reporter_ledger_up', '1 while the ledger can write', [], one(() => (ledger().failure === null ? 1 : 0))],
      ['markets_reporter_reference_age_seconds', 'Since reference data were read as a whole', [], one(() => reference().age_seconds)],
      ['markets_reporter_reference_versions', 'Versions of reference data in memory', [], one(() => reference().versions)],
      [
        'markets_reporter_reference_stale',
        '1 where reference data are older than allowed, or were never read',
        [],
        one(() => (reference().alarm ? 1 : 0)),
      ],
    ],
    histograms: () => '',
  };
}

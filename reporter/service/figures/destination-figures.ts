/** What the submitter tells of its destinations: calls, their times, and the state of each breaker. */
import type { Sample } from '../../../core/telemetry/polled-figures.ts';
import type { DestinationState, SubmitObservation } from '../../submit/submit-observation.ts';
import { Counted } from './counted.ts';
import type { PartFigures } from './service-metrics.ts';
import { Timed } from './timed.ts';

const BREAKER: Readonly<Record<DestinationState['breaker'], number>> = { closed: 0, half_open: 1, open: 2 };

export interface DestinationFigures extends PartFigures {
  observe(observation: SubmitObservation): void;
}

export function destinationFigures(destinations: () => readonly DestinationState[]): DestinationFigures {
  const seconds = new Timed('markets_reporter_call_seconds', 'Of a call to a regulator, without waiting for its turn');
  const [calls, findings] = [new Counted(), new Counted()];
  const each = (of: (state: DestinationState) => number) => (): readonly Sample[] =>
    destinations().map((state): Sample => [{ destination: state.destination }, of(state)]);
  return {
    observe(observation) {
      const { destination } = observation;
      if (observation.kind === 'finding') findings.add({ destination, code: observation.code });
      if (observation.kind !== 'call') return;
      calls.add({ destination, call: observation.call, result: observation.result, reason: observation.reason ?? '' });
      seconds.add({ destination, call: observation.call }, observation.latencyMs);
    },
    counters: [
      [
        'markets_reporter_calls_total',
        'Calls to regulators by what came of them',
        ['destination', 'call', 'result', 'reason'],
        () => calls.read(),
      ],
      ['markets_reporter_submit_findings_total', 'What somebody has to look at', ['destination', 'code'], () => findings.read()],
    ],
    gauges: [
      ['markets_reporter_breaker_state', '0 closed, 1 half open, 2 open', ['destination'], each(({ breaker }) => BREAKER[breaker])],
      ['markets_reporter_calls_in_flight', 'Calls under way', ['destination'], each(({ in_flight }) => in_flight)],
      ['markets_reporter_calls_waiting', 'Calls that wait for their turn', ['destination'], each(({ waiting }) => waiting)],
    ],
    histograms: () => seconds.text(),
  };
}

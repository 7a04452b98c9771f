/** What the pipeline tells of itself: how long which stage takes, how reports end, what waits, and how near the nearest deadline is. */
import type { Sample } from '../../../core/telemetry/polled-figures.ts';
import type { PipelineSign } from '../../pipeline/pipeline-parts.ts';
import type { PipelineState } from '../../pipeline/pipeline-state.ts';
import { Counted } from './counted.ts';
import type { PartFigures } from './service-metrics.ts';
import { Timed } from './timed.ts';

const MICROS_PER_MINUTE = 60_000_000;

export interface PipelineFigures extends PartFigures {
  observe(sign: PipelineSign): void;
}

export function pipelineFigures(state: () => PipelineState, nowMs: () => number): PipelineFigures {
  const stages = new Timed(
    'markets_reporter_stage_seconds',
    'How long a stage of a report took; of regime all: until the event was durable',
  );
  const reports = new Timed('markets_reporter_report_seconds', 'From taking an event to the end of its report');
  const [ended, near, failures] = [new Counted(), new Counted(), new Counted()];
  const one = (of: (state: PipelineState) => number) => (): readonly Sample[] => [[{}, of(state())]];
  return {
    observe(sign) {
      if (sign.kind === 'stage') stages.add({ regime: sign.regime, stage: sign.stage }, sign.elapsedMs);
      if (sign.kind === 'ended') {
        reports.add({ regime: sign.regime }, sign.elapsedMs);
        ended.add({ regime: sign.regime, state: sign.state, late: String(sign.isLate) });
      }
      if (sign.kind === 'deadline_near') near.add({ regime: sign.regime });
      if (sign.kind === 'failed') failures.add({ code: sign.code });
    },
    counters: [
      [
        'markets_reporter_reports_ended_total',
        'Reports by how they ended, and whether behind their deadline',
        ['regime', 'state', 'late'],
        () => ended.read(),
      ],
      ['markets_reporter_deadline_near_total', 'Reports that came near their deadline without an end', ['regime'], () => near.read()],
      ['markets_reporter_failures_total', 'What the pipeline could not do, by code', ['code'], () => failures.read()],
    ],
    gauges: [
      ['markets_reporter_events_open', 'Events that are received and not ended', [], one(({ events }) => events)],
      ['markets_reporter_reports_open', 'Their reports', [], one((each) => each.reports)],
      ['markets_reporter_queue_depth', 'Reports that wait for their turn', [], one(({ queued }) => queued)],
      ['markets_reporter_in_flight', 'Reports that are worked on, or with a regulator', [], one(({ in_flight }) => in_flight)],
      ['markets_reporter_waiting', 'Reports that wait for something, by what', ['reason'], () => waiting(state())],
      [
        'markets_reporter_contradicted_replies',
        'Replies that say something else than what stands',
        [],
        one(({ contradicted }) => contradicted),
      ],
      ['markets_reporter_unmatched_replies', 'Replies to nothing that is known', [], one(({ unmatched_replies }) => unmatched_replies)],
      [
        'markets_reporter_minutes_to_deadline',
        'Of the open report that is due first; below zero it is late',
        ['regime'],
        () =>
          [...state().nearest_due_at_us].map(([regime, dueUs]): Sample => [
            { regime },
            Number(dueUs - BigInt(nowMs()) * 1000n) / MICROS_PER_MINUTE,
          ]),
      ],
    ],
    histograms: () => [stages.text(), reports.text()].join('\n'),
  };
}

function waiting({ waiting: counts }: PipelineState): readonly Sample[] {
  return Object.entries(counts).map(([reason, count]): Sample => [{ reason }, count]);
}

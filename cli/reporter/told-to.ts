/** What parts of the reporter tell while they run: to the figures, and where somebody has to look to the log. */
import type { Logger } from '../../core/telemetry/logger.ts';
import type { PipelineSign } from '../../reporter/pipeline/pipeline-parts.ts';
import type { SubmitObservation } from '../../reporter/submit/submit-observation.ts';

/** What is told before anybody listens is told then. */
export function toldTo<T>(): { readonly tell: (what: T) => void; to(listener: (what: T) => void): void } {
  let listener: ((what: T) => void) | null = null;
  const early: T[] = [];
  return {
    tell: (what) => {
      if (listener === null) early.push(what);
      else listener(what);
    },
    to(given) {
      listener = given;
      for (const what of early.splice(0)) given(what);
    },
  };
}

export function logSign(logger: Logger, sign: PipelineSign): void {
  if (sign.kind === 'failed') logger.log('error', 'pipeline_failed', { code: sign.code });
  if (sign.kind === 'deadline_near') {
    logger.log('warn', 'deadline_near', {
      regime: sign.regime,
      report_id: sign.reportId,
      seconds_left: sign.secondsLeft,
      phase: sign.phase,
    });
  }
  if (sign.kind === 'ended' && (sign.isLate || sign.state === 'dead_lettered')) {
    logger.log('warn', 'report_ended_badly', { regime: sign.regime, state: sign.state, late: sign.isLate });
  }
}

export function logObservation(logger: Logger, observation: SubmitObservation): void {
  if (observation.kind === 'breaker')
    logger.log('warn', 'breaker_changed', { destination: observation.destination, from: observation.from, to: observation.to });
  if (observation.kind === 'finding')
    logger.log('error', 'submission_to_look_at', { destination: observation.destination, code: observation.code });
}

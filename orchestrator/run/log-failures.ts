/** What dbt could not build, for the operator; what a message quotes of the rows stays out of the log. */
import type { Logger } from '../../core/telemetry/logger.ts';
import { loggableMessage } from '../transform/loggable-message.ts';
import type { TransformFailure } from '../transform/transform.ts';

export function logFailures(logger: Logger, failures: readonly TransformFailure[]): void {
  for (const { name, kind, message } of failures) {
    logger.log('error', 'dbt_node_failed', { name, kind, detail: loggableMessage(message) });
  }
}

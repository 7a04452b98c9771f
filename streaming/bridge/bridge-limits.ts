/** The limits of a bridge, as the configuration says them. */
import type { StreamingConfig } from '../config/streaming-config.ts';
import type { BridgeLimits } from './bridge-options.ts';

export function bridgeLimits({ bridge }: Pick<StreamingConfig, 'bridge'>): BridgeLimits {
  return {
    marks: {
      highMessages: bridge.high_mark_messages,
      highBytes: bridge.high_mark_bytes,
      lowMessages: bridge.low_mark_messages,
      lowBytes: bridge.low_mark_bytes,
    },
    recordSeconds: bridge.read_record_seconds,
    recordMessages: bridge.read_record_messages,
    uncommittedMessagesMax: bridge.uncommitted_messages_max,
    publishBackoffMsMax: bridge.publish_backoff_ms_max,
    revokeSeconds: bridge.revoke_seconds,
    shutdownSeconds: bridge.shutdown_seconds,
    lagSeconds: bridge.metrics_seconds,
    landing: {
      batchSeconds: bridge.landing_batch_seconds,
      batchMessages: bridge.landing_batch_messages,
      batchBytes: bridge.landing_batch_bytes,
    },
  };
}

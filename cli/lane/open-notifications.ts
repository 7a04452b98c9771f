/** The notifications of a root in buckets, as the configuration names them. */
import { bucketLayout } from '../../core/adapters/gcs-object-store/bucket-layout.ts';
import { MarketsError } from '../../core/errors/markets-error.ts';
import type { ObjectNotifications } from '../../core/ports/object-notifications.ts';
import type { Logger } from '../../core/telemetry/logger.ts';
import type { LaneConfig } from '../../orchestrator/index.ts';

/** CONFIG_INVALID where the configuration names no project. The client's package is loaded only here. */
export async function openNotifications(root: string, { store, notifications }: LaneConfig, logger: Logger): Promise<ObjectNotifications> {
  if (store.project === null) {
    throw new MarketsError('CONFIG_INVALID', 'The notifications of the landing bucket need a project.', {
      expected: 'store.project in the configuration',
      found: 'null',
      next: 'Set it, or call the command with --env int or --env prod.',
    });
  }
  const { openLandingNotifications } = await import('../../core/adapters/pubsub/landing-notifications.ts');
  return openLandingNotifications({
    project: store.project,
    subscription: notifications.subscription,
    bucket: bucketLayout(root).placeOf('landing/x').bucket,
    ...(notifications.api_endpoint === null ? {} : { apiEndpoint: notifications.api_endpoint }),
    logger,
  });
}

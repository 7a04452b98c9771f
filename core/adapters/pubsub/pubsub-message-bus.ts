/** The message bus on Google Cloud Pub/Sub, or an emulator of it. */
import { PubSub } from '@google-cloud/pubsub';
import type { BusPublisher, BusSubscription, MessageBus } from '../../ports/message-bus.ts';
import { openPublishRequests } from './publish-requests.ts';
import { grpcCode, pubsubError } from './pubsub-error.ts';
import { openPubsubPublisher } from './pubsub-publisher.ts';
import { openPubsubSubscription } from './pubsub-subscription.ts';

/** Bounds in milliseconds. Tests shorten them. */
export interface PubsubTimes {
  readonly requestMs: number;
  /** How long a message is tried to be published before it is refused. */
  readonly publishMs: number;
}

const DEFAULT_TIMES: PubsubTimes = { requestMs: 10_000, publishMs: 600_000 };
const ALREADY_EXISTS = 6;

export interface PubsubOptions {
  readonly project: string;
  /** http://HOST:PORT of an emulator, which is asked without credentials; null is the service itself. */
  readonly apiEndpoint: string | null;
  readonly times?: Partial<PubsubTimes>;
}

/** Nothing is connected before the first call. */
export function openPubsubMessageBus({ project, apiEndpoint, times }: PubsubOptions): MessageBus {
  const client = new PubSub({
    projectId: project,
    ...(apiEndpoint === null ? { emulatorMode: false } : { apiEndpoint, emulatorMode: true }),
  });
  const requests = openPublishRequests(client);
  const bounds = { ...DEFAULT_TIMES, ...times };
  const open = new Set<BusPublisher | BusSubscription>();
  const kept = <T extends BusPublisher | BusSubscription>(each: T): T => {
    open.add(each);
    return each;
  };
  return {
    description: `Pub/Sub of ${project}${apiEndpoint === null ? '' : ` at ${apiEndpoint}`}`,
    publisher: async (topic, options) => kept(await openPubsubPublisher(client.topic(topic), topic, requests, bounds, options)),
    subscription: async (name, limits) => kept(await openPubsubSubscription(client, name, limits)),
    createTopic: async (topic) => await create(`The topic ${topic} cannot be made.`, async () => await client.createTopic(topic)),
    createSubscription: async (name, topic) =>
      await create(
        `The subscription ${name} cannot be made.`,
        async () => await client.topic(topic).createSubscription(name, { enableMessageOrdering: true }),
      ),
    async close() {
      for (const each of open) await each.close();
      await requests.close();
      await client.close();
    },
  };
}

/** Nothing where it is there already. */
async function create(what: string, make: () => Promise<unknown>): Promise<void> {
  try {
    await make();
  } catch (error) {
    if (grpcCode(error) !== ALREADY_EXISTS) throw pubsubError(error, what);
  }
}

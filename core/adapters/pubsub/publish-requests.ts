/**
 * Publish requests whose bytes are ready, on a connection of the service's own client: credentials, endpoint and certificates are its business, the form of the
 * messages is not, as it would copy every message three times (docs/decisions, 0058). A request is sent once; whoever asks for it decides on another try.
 */
import { v1, type PubSub } from '@google-cloud/pubsub';
import { grpc } from 'google-gax';

const METHOD = '/google.pubsub.v1.Publisher/Publish';
/** PublishResponse: message_ids, each with its length. */
const WITH_LENGTH = 2;
const WIRE_TYPE = 7;
const MESSAGE_ID = (1 << 3) | WITH_LENGTH;

export interface PublishRequests {
  /** `topic` is projects/PROJECT/topics/NAME, `body` a PublishRequest of it. Gives the identities of its messages, in their order. Errors: gRPC's. */
  send(topic: string, body: Buffer, timeoutMs: number): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** Nothing is connected before the first request. */
export function openPublishRequests(client: PubSub): PublishRequests {
  let publisher: v1.PublisherClient | undefined;
  let opening: Promise<grpc.Client> | undefined;
  const open = async (): Promise<grpc.Client> => {
    publisher = new v1.PublisherClient({ ...(await client.getClientConfig()) });
    return (await publisher.initialize()) as unknown as grpc.Client;
  };
  return {
    async send(topic, body, timeoutMs) {
      opening ??= open();
      const connection = await opening.catch((error: unknown) => {
        opening = undefined;
        throw error;
      });
      return await ask(connection, topic, body, timeoutMs);
    },
    async close() {
      await publisher?.close();
    },
  };
}

async function ask(connection: grpc.Client, topic: string, body: Buffer, timeoutMs: number): Promise<readonly string[]> {
  const metadata = new grpc.Metadata();
  // The service finds the topic's place by it.
  metadata.set('x-goog-request-params', `topic=${encodeURIComponent(topic)}`);
  return await new Promise((resolve, reject) => {
    connection.makeUnaryRequest(METHOD, asTheyAre, messageIds, body, metadata, { deadline: Date.now() + timeoutMs }, (error, ids) => {
      if (error === null) resolve(ids ?? []);
      else reject(error);
    });
  });
}

function asTheyAre(body: Buffer): Buffer {
  return body;
}

/** Of an answer, which holds nothing else; fields that the protocol may have got since are passed over. */
export function messageIds(answer: Buffer): readonly string[] {
  const ids: string[] = [];
  let at = 0;
  while (at < answer.length) {
    const tag = answer[at++] ?? 0;
    if ((tag & WIRE_TYPE) !== WITH_LENGTH) break;
    let length = 0;
    let shift = 0;
    let byte = 0x80;
    while (byte >= 0x80 && at < answer.length) {
      byte = answer[at++] ?? 0;
      length |= (byte & 0x7f) << shift;
      shift += 7;
    }
    if (tag === MESSAGE_ID) ids.push(answer.toString('latin1', at, at + length));
    at += length;
  }
  return ids;
}

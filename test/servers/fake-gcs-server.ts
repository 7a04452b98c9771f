/** fake-gcs-server: the JSON API of Google Cloud Storage, objects in memory or in a folder, notifications to a Pub/Sub emulator. */
import { freePort } from './free-port.ts';
import { startServer } from './server-process.ts';
import { installedProgram, programOf, type ServerTool } from './server-tool.ts';

export const FAKE_GCS_SERVER: ServerTool = {
  name: 'fake-gcs-server',
  needs: 'Go',
  find: () => installedProgram('fake-gcs-server', 'fake-gcs-server'),
};

export interface FakeGcsOptions {
  /** Made before the server is handed out; more can be made later. */
  readonly buckets?: readonly string[];
  /** Objects as files below this folder (<folder>/<bucket>/<name>); in memory without it. */
  readonly folder?: string;
  /** Every change of an object as a message of the topic, on the emulator of that host and port. */
  readonly notifications?: { readonly emulatorHost: string; readonly project: string; readonly topic: string };
}

export interface FakeGcsServer {
  /** http://127.0.0.1:<port>, what `apiEndpoint` takes. */
  readonly endpoint: string;
  createBuckets(names: readonly string[]): Promise<void>;
  output(): string;
  stop(): Promise<void>;
}

export async function startFakeGcsServer(options: FakeGcsOptions = {}): Promise<FakeGcsServer> {
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${String(port)}`;
  const { folder, notifications } = options;
  const backend = folder === undefined ? ['-backend', 'memory'] : ['-backend', 'filesystem', '-filesystem-root', folder];
  const events =
    notifications === undefined
      ? []
      : [
          ...['-event.pubsub-project-id', notifications.project, '-event.pubsub-topic', notifications.topic],
          ...['-event.list', 'finalize,delete,metadataUpdate'],
        ];
  const server = await startServer({
    name: 'fake-gcs-server',
    program: programOf(FAKE_GCS_SERVER),
    words: [
      ...['-scheme', 'http', '-host', '127.0.0.1', '-port', String(port), ...backend, ...events],
      ...['-public-host', `127.0.0.1:${String(port)}`, '-external-url', endpoint],
    ],
    variables: notifications === undefined ? {} : { PUBSUB_EMULATOR_HOST: notifications.emulatorHost },
    isReady: async () => (await fetch(`${endpoint}/storage/v1/b`)).ok,
  });
  const createBuckets = async (names: readonly string[]): Promise<void> => {
    for (const name of names) await createBucket(endpoint, name);
  };
  await createBuckets(options.buckets ?? []);
  return { endpoint, createBuckets, output: () => server.output(), stop: async () => await server.stop() };
}

async function createBucket(endpoint: string, name: string): Promise<void> {
  const response = await fetch(`${endpoint}/storage/v1/b?project=test`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name }),
  });
  await response.text();
  if (!response.ok) throw new Error(`expected the bucket ${name} to be made, found status ${String(response.status)}`);
}

/** Files that are validated as they arrive: the server tells Pub/Sub, Pub/Sub tells `markets watch`, a process of its own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { PubSub } from '@google-cloud/pubsub';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readEventLog } from '../../core/events/event-log.ts';
import { bucketLayout } from '../../core/adapters/gcs-object-store/bucket-layout.ts';
import { demoWeek } from '../../cli/demo/week.ts';
import { FAKE_GCS_SERVER, startFakeGcsServer, type FakeGcsServer } from '../servers/fake-gcs-server.ts';
import { PUBSUB_EMULATOR, startPubsubEmulator, type PubsubEmulator } from '../servers/pubsub-emulator.ts';
import { serverOrSkip } from '../servers/server-tool.ts';
import { HOME, markets } from '../support/command-line.ts';
import { openGcsRoot, type GcsRoot } from '../support/gcs-root.ts';

const PROJECT = 'test-project';
const TOPIC = 'markets-landing';
const SUBSCRIPTION = 'markets-landing-lane';
const PATIENCE_MS = 90_000;
/** Files of Monday, each with its control file where it has one. */
const DELIVERIES = demoWeek()
  .cycles.filter(({ now }) => now < '2023-01-31')
  .flatMap((cycle) => cycle.deliveries);

serverOrSkip([FAKE_GCS_SERVER, PUBSUB_EMULATOR], 'files that are validated as they arrive', () => {
  let emulator: PubsubEmulator;
  let server: FakeGcsServer;
  let client: PubSub;
  let root: GcsRoot;
  let child: ChildProcess | undefined;

  beforeAll(async () => {
    emulator = await startPubsubEmulator();
    client = new PubSub({ projectId: PROJECT, apiEndpoint: `http://${emulator.host}`, emulatorMode: true });
    const [topic] = await client.createTopic(TOPIC);
    await topic.createSubscription(SUBSCRIPTION, { ackDeadlineSeconds: 10 });
    server = await startFakeGcsServer({ notifications: { emulatorHost: emulator.host, project: PROJECT, topic: TOPIC } });
    root = await openGcsRoot(server, `notifications: { api_endpoint: 'http://${emulator.host}' }`);
  });
  afterAll(async () => {
    if (child?.pid !== undefined && child.exitCode === null && child.signalCode === null) process.kill(-child.pid, 'SIGKILL');
    await root.stop();
    await client.close();
    await server.stop();
    await emulator.stop();
  });

  function watch(): { readonly child: ChildProcess; readonly ended: Promise<string> } {
    const words = [...root.words, '--log-level', 'info', 'watch', '--without-metrics'];
    const started = spawn(join(HOME, 'bin', 'markets'), words, { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    child = started;
    const output: Buffer[] = [];
    started.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    started.stderr.on('data', (chunk: Buffer) => output.push(chunk));
    const ended = new Promise<string>((resolve) => {
      started.on('close', (code) => {
        resolve(`${String(code)} ${Buffer.concat(output).toString()}`);
      });
    });
    return { child: started, ended };
  }

  async function landingNames(): Promise<string[]> {
    const names = [];
    for await (const { name } of root.store.list('landing/')) if (!/\.(part|tmp)$/.test(name)) names.push(name);
    return names;
  }

  async function until(isSo: () => Promise<boolean>, what: () => Promise<string>): Promise<void> {
    const untilMs = Date.now() + PATIENCE_MS;
    while (!(await isSo())) {
      if (Date.now() > untilMs) throw new Error(await what());
      await wait(200);
    }
  }

  async function publishedObjects(): Promise<string[]> {
    const { runs } = await readEventLog(root.store);
    return runs.flatMap(({ events }) => events.flatMap((event) => (event.type === 'load_published' ? [event.data.object] : []))).sort();
  }

  test('every file is published once, however often and in what order it is told of, and SIGTERM ends the watch clean', async () => {
    const { child: running, ended } = watch();
    const generations = new Map<string, string>();
    for (const { object, bytes } of DELIVERIES) {
      generations.set(object, (await root.store.write(`landing/${object}`, bytes, { overwrite: true })).generation);
    }
    // The same again, in another order, with one that makes no sense and one of a bucket that is not landing.
    const topic = client.topic(TOPIC);
    const bucketId = bucketLayout(root.url).placeOf('landing/x').bucket;
    for (const [objectId, objectGeneration] of [...generations].reverse()) {
      await topic.publishMessage({ json: {}, attributes: { eventType: 'OBJECT_FINALIZE', bucketId, objectId, objectGeneration } });
    }
    await topic.publishMessage({
      json: {},
      attributes: { eventType: 'OBJECT_FINALIZE', bucketId, objectId: '../x', objectGeneration: '1' },
    });
    await topic.publishMessage({ json: {}, attributes: { eventType: 'OBJECT_FINALIZE', bucketId: 'other', objectId: 'x' } });
    const known = async (): Promise<boolean> => (await landingNames()).every((name) => name.includes('unknown') || name.includes('README'));
    await until(known, async () => `expected an empty landing, found ${(await landingNames()).join()}`);
    // What was told twice is done with too.
    await wait(1_500);
    running.kill('SIGTERM');
    const end = await ended;
    expect(end.slice(0, 2), end).toBe('0 ');
    expect(end).toMatch(/\d+ cycles, \d+ notifications done/);
    const published = await publishedObjects();
    expect(new Set(published).size).toBe(published.length);
    expect(published.length).toBeGreaterThan(4);
    expect((await markets([...root.words, 'audit', 'verify'])).exitCode).toBe(0);
  });

  test('a file that came while nobody watched is told of when somebody does', async () => {
    const { object, bytes } = DELIVERIES[0]!;
    const again = Buffer.concat([bytes, Buffer.from('\n')]);
    await root.store.write(`landing/${object}`, again, { overwrite: true });
    const { child: running, ended } = watch();
    await until(
      async () => !(await landingNames()).includes(`landing/${object}`),
      async () => `expected ${object} to be taken, found ${(await landingNames()).join()}`,
    );
    running.kill('SIGTERM');
    expect((await ended).slice(0, 2)).toBe('0 ');
  });
});

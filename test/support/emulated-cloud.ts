/** The cloud of tests: buckets and BigQuery by their emulators, and the configuration folder that points `markets --env int` at them. */
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { noCredentials } from '../../core/adapters/gcs-object-store/credentials.ts';
import { createGcsObjectStore } from '../../core/adapters/gcs-object-store/gcs-object-store.ts';
import type { DemoCycle } from '../../cli/demo/week.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { startBigqueryEmulator } from '../servers/bigquery.ts';
import { startBigqueryFront, type BigqueryFront } from '../servers/bigquery-front.ts';
import { startFakeGcsServer } from '../servers/fake-gcs-server.ts';
import { HOME } from './command-line.ts';

const BUCKETS = ['archive', 'control', 'extracts', 'failed', 'history', 'journal', 'landing', 'quarantine', 'reports', 'staging'];
const PROJECT = 'markets-test';

export interface EmulatedCloud {
  /** Global options of the command line. */
  readonly words: readonly string[];
  readonly configFolder: string;
  readonly root: string;
  readonly store: ObjectStore;
  /** Before BigQuery: uses a job id once, and takes faults. */
  readonly front: BigqueryFront;
  readonly bigquery: { readonly endpoint: string; readonly project: string };
  stop(): Promise<void>;
}

export async function startEmulatedCloud(name: string): Promise<EmulatedCloud> {
  const folder = await mkdtemp(join(tmpdir(), 'emulated-cloud-'));
  const gcsFolder = join(folder, 'gcs');
  await mkdir(gcsFolder);
  const gcs = await startFakeGcsServer({ folder: gcsFolder, buckets: BUCKETS.map((bucket) => `${name}-${bucket}`) });
  const bigquery = await startBigqueryEmulator({ gcsFolder, project: PROJECT });
  const front = await startBigqueryFront(bigquery.endpoint, gcsFolder);
  const configFolder = join(folder, 'config');
  await cp(join(HOME, 'config'), configFolder, { recursive: true });
  await writeFile(join(configFolder, 'int.yaml'), stringify(configuration(gcs.endpoint, front.endpoint)));
  const root = `gs://${name}`;
  return {
    words: ['--config', configFolder, '--env', 'int', '--root', root],
    configFolder,
    root,
    store: createGcsObjectStore({ root, authorize: noCredentials, apiEndpoint: gcs.endpoint }),
    front,
    bigquery: { endpoint: bigquery.endpoint, project: PROJECT },
    async stop() {
      await front.stop();
      await bigquery.stop();
      await gcs.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function configuration(gcs: string, bigquery: string): object {
  return {
    environment: 'int',
    store: { project: PROJECT, api_endpoint: gcs, request_timeout_seconds: 20, retry_seconds: 30 },
    lane: { settle_seconds: 0 },
    warehouse: {
      kind: 'bigquery',
      project: PROJECT,
      location: 'EU',
      api_endpoint: bigquery,
      labels: { environment: 'int', lane: 'test' },
      create_datasets: true,
      request_timeout_seconds: 60,
    },
  };
}

/** The deliveries of a cycle into the landing bucket, as a partner's upload would put them there. */
export async function landInBucket(store: ObjectStore, { deliveries }: DemoCycle): Promise<void> {
  for (const { object, bytes } of deliveries) await store.write(`landing/${object}`, bytes, { overwrite: true });
}

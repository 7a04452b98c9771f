/** A root in buckets for the command line: a server with them, a front before it, and a configuration that names the front. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DemoCycle } from '../../cli/demo/week.ts';
import { bucketLayout } from '../../core/adapters/gcs-object-store/bucket-layout.ts';
import { noCredentials } from '../../core/adapters/gcs-object-store/credentials.ts';
import { createGcsObjectStore } from '../../core/adapters/gcs-object-store/gcs-object-store.ts';
import { startGcsFront, type GcsFront } from '../../core/adapters/gcs-object-store/test-support/gcs-front.ts';
import { collect } from '../../core/ports/object-content.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import type { FakeGcsServer } from '../servers/fake-gcs-server.ts';

export interface GcsRoot {
  readonly front: GcsFront;
  /** Past the front: what a test puts there or looks up is no call of the lane. */
  readonly store: ObjectStore;
  /** gs://NAME */
  readonly url: string;
  /** Global options that every command of the root gets. */
  readonly words: readonly string[];
  stop(): Promise<void>;
}

/** Files need not settle; time for a lease passes by the front's clock. `more` is YAML below the rest. */
export async function openGcsRoot(server: FakeGcsServer, more = ''): Promise<GcsRoot> {
  const name = `root-${randomBytes(6).toString('hex')}`;
  const url = `gs://${name}`;
  await server.createBuckets(bucketLayout(url).buckets);
  const front = await startGcsFront(server.endpoint);
  const config = await mkdtemp(join(tmpdir(), 'markets-config-'));
  const text = [
    'environment: int',
    `store: { project: test-project, api_endpoint: '${front.endpoint}', request_timeout_seconds: 20, retry_seconds: 20 }`,
    'lane: { settle_seconds: 0, heartbeat_seconds: 10 }',
    more,
  ];
  await writeFile(join(config, 'int.yaml'), `${text.join('\n')}\n`);
  return {
    front,
    store: createGcsObjectStore({ root: url, authorize: noCredentials, apiEndpoint: server.endpoint }),
    url,
    words: ['--root', url, '--env', 'int', '--config', config],
    async stop() {
      await front.stop();
      await rm(config, { recursive: true, force: true });
      await rm(join(tmpdir(), 'markets', name), { recursive: true, force: true });
    },
  };
}

/** The deliveries of a cycle, as a partner's upload would put them there. */
export async function landOn(store: ObjectStore, cycle: DemoCycle): Promise<void> {
  for (const delivery of cycle.deliveries) {
    await store.write(`landing/${delivery.object}`, delivery.bytes, { overwrite: true });
    const part = await store.stat(`landing/${delivery.object}.part`);
    if (part !== undefined) await store.delete(part.name, { generation: part.generation });
  }
}

/** name -> sha256 of the bytes of every object below the root; nothing below the folders of `except`. */
export async function digestsOf(store: ObjectStore, except: readonly string[]): Promise<Readonly<Record<string, string>>> {
  const digests: Record<string, string> = {};
  for await (const { name } of store.list('')) {
    if (except.some((folder) => name.startsWith(`${folder}/`))) continue;
    digests[name] = createHash('sha256')
      .update(await collect(await store.readStream(name)))
      .digest('hex');
  }
  return digests;
}

/** The object store on a server that speaks the service's protocol, behind a front that keeps the preconditions which that server does not. */
import { afterAll, beforeAll } from 'vitest';
import { bucketLayout } from '../../core/adapters/gcs-object-store/bucket-layout.ts';
import { noCredentials } from '../../core/adapters/gcs-object-store/credentials.ts';
import { createGcsObjectStore } from '../../core/adapters/gcs-object-store/gcs-object-store.ts';
import { startGcsFront, type GcsFront } from '../../core/adapters/gcs-object-store/test-support/gcs-front.ts';
import { storeBelow } from '../../core/adapters/gcs-object-store/test-support/store-below.ts';
import { objectStoreContract } from '../../core/ports/object-store.contract.ts';
import { FAKE_GCS_SERVER, startFakeGcsServer, type FakeGcsServer } from '../servers/fake-gcs-server.ts';
import { serverOrSkip } from '../servers/server-tool.ts';

serverOrSkip(FAKE_GCS_SERVER, 'the object store on Google Cloud Storage', () => {
  let server: FakeGcsServer;
  let front: GcsFront;
  let stores = 0;

  beforeAll(async () => {
    server = await startFakeGcsServer();
    front = await startGcsFront(server.endpoint);
  });
  afterAll(async () => {
    await front.stop();
    await server.stop();
  });

  objectStoreContract('the store on buckets', async () => {
    const name = `contract-${String((stores += 1))}`;
    await server.createBuckets(bucketLayout(`gs://${name}`).buckets);
    const store = createGcsObjectStore({ root: `gs://${name}`, authorize: noCredentials, apiEndpoint: front.endpoint });
    return storeBelow(store, 'landing');
  });

  // Pages and chunks of the least size that the service takes, so that small objects take many of them.
  objectStoreContract('the store on buckets in small pieces', async () => {
    const name = `contract-${String((stores += 1))}`;
    await server.createBuckets(bucketLayout(`gs://${name}`).buckets);
    const limits = { pageObjects: 2, chunkBytes: 256 * 1024 };
    const store = createGcsObjectStore({ root: `gs://${name}`, authorize: noCredentials, apiEndpoint: front.endpoint, limits });
    return storeBelow(store, 'archive');
  });
});

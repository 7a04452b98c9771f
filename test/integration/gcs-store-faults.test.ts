/** What the network and the service do to single calls: each is healed by the adapter, or ends with the error that says what happened. */
import { Readable } from 'node:stream';
import { Storage } from '@google-cloud/storage';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { bucketLayout } from '../../core/adapters/gcs-object-store/bucket-layout.ts';
import { noCredentials } from '../../core/adapters/gcs-object-store/credentials.ts';
import { createGcsObjectStore } from '../../core/adapters/gcs-object-store/gcs-object-store.ts';
import type { GcsOperation } from '../../core/adapters/gcs-object-store/test-support/gcs-call.ts';
import type { GcsFault } from '../../core/adapters/gcs-object-store/test-support/gcs-faults.ts';
import { startGcsFront, type GcsFront } from '../../core/adapters/gcs-object-store/test-support/gcs-front.ts';
import { crc32c, crc32cHex } from '../../core/identity/crc32c.ts';
import { collect } from '../../core/ports/object-content.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { FAKE_GCS_SERVER, startFakeGcsServer, type FakeGcsServer } from '../servers/fake-gcs-server.ts';
import { serverOrSkip } from '../servers/server-tool.ts';

/** Short, so that a stall is over soon; the chunk is the least that the service takes. */
const LIMITS = { headersMs: 400, idleMs: 400, attemptMs: 800, firstPauseMs: 5, pauseMaxMs: 20, chunkBytes: 256 * 1024 };
const ABSENT = { ifAbsent: true } as const;
const BIG = Buffer.alloc(700_000, 'trades of a day, ');
const BIG_SUM = crc32cHex(crc32c(BIG));

serverOrSkip(FAKE_GCS_SERVER, 'faults between the lane and Google Cloud Storage', () => {
  let server: FakeGcsServer;
  let front: GcsFront;
  let store: ObjectStore;
  let root = '';
  let roots = 0;

  beforeAll(async () => {
    server = await startFakeGcsServer();
  });
  afterAll(async () => {
    await server.stop();
  });
  beforeEach(async () => {
    front = await startGcsFront(server.endpoint);
    root = `faults-${String((roots += 1))}`;
    await server.createBuckets(bucketLayout(`gs://${root}`).buckets);
    store = storeAt(front.endpoint);
    return async () => {
      await front.stop();
    };
  });

  function storeAt(apiEndpoint: string, name = root): ObjectStore {
    return createGcsObjectStore({ root: `gs://${name}`, authorize: noCredentials, apiEndpoint, limits: LIMITS });
  }
  const on = (operation: GcsOperation) => (call: { readonly operation: GcsOperation }) => call.operation === operation;

  /** Every kind of call once, and what came of it. */
  async function everything(): Promise<unknown> {
    const small = await store.write('landing/small.csv', Buffer.from('id\n1\n'), ABSENT);
    const big = await store.write('landing/big.csv', Readable.from([BIG.subarray(0, 300_001), BIG.subarray(300_001)]), ABSENT);
    await store.write('control/heartbeat', Buffer.from('1'), { overwrite: true });
    await store.write('control/heartbeat', Buffer.from('2'), { overwrite: true });
    const copied = await store.copy('landing/big.csv', 'archive/big.csv', { sourceGeneration: big.generation });
    await store.delete('landing/small.csv', { generation: small.generation });
    const names = [];
    for await (const info of store.list('')) names.push(info.name);
    return {
      names,
      sums: [small.crc32c, big.crc32c, copied.crc32c],
      whole: (await collect(await store.readStream('archive/big.csv'))).equals(BIG),
      part: (await store.read('archive/big.csv', { start: 17, end: 34 })).toString(),
      heartbeat: (await store.read('control/heartbeat')).toString(),
      isThere: (await store.stat('landing/small.csv')) !== undefined,
    };
  }

  const FAULTS: readonly GcsFault[] = [
    { kind: 'status', status: 503 },
    { kind: 'status', status: 429, retryAfterSeconds: 0.01 },
    { kind: 'status', status: 408 },
    { kind: 'status', status: 403, reason: 'rateLimitExceeded' },
    { kind: 'reset' },
    { kind: 'lost answer' },
    { kind: 'stall' },
    { kind: 'truncated' },
    { kind: 'stalled body' },
  ];
  const OPERATIONS: readonly GcsOperation[] = ['list', 'stat', 'media', 'insert', 'session', 'chunk', 'rewrite', 'delete'];

  describe('healed', () => {
    test.each(OPERATIONS.flatMap((operation) => FAULTS.map((fault) => [operation, fault] as const)))('%s: %o', async (operation, fault) => {
      const injected = front.inject(fault, on(operation), 2);
      expect(await everything()).toEqual({
        names: ['archive/big.csv', 'control/heartbeat', 'landing/big.csv'],
        sums: [crc32cHex(crc32c(Buffer.from('id\n1\n'))), BIG_SUM, BIG_SUM],
        whole: true,
        part: 'trades of a day, ',
        heartbeat: '2',
        isThere: false,
      });
      expect(injected.hits()).toBe(2);
    });
  });

  test('a create whose answer was lost is not refused by its own object, and by another it is', async () => {
    front.inject({ kind: 'lost answer' }, on('insert'));
    await store.write('control/lease/1', Buffer.from('me'), ABSENT);
    front.inject({ kind: 'reset' }, on('insert'));
    await expect(store.write('control/lease/1', Buffer.from('me'), ABSENT)).rejects.toMatchObject({ code: 'STORE_EXISTS' });
  });

  test('bytes that are damaged on their way are refused, and nothing of them is left', async () => {
    front.inject({ kind: 'damaged upload' }, on('insert'), 99);
    await expect(store.write('landing/a', BIG.subarray(0, 1000), ABSENT)).rejects.toMatchObject({
      code: expect.stringMatching(/^STORE_/) as string,
    });
    front.inject({ kind: 'damaged upload' }, on('chunk'), 99);
    await expect(store.write('landing/b', BIG, ABSENT)).rejects.toMatchObject({ code: expect.stringMatching(/^STORE_/) as string });
    expect(await store.stat('landing/a')).toBeUndefined();
    expect(await store.stat('landing/b')).toBeUndefined();
  });

  test('bytes that arrive damaged are fetched again, and refused where they stay so', async () => {
    await store.write('landing/a', Buffer.from('123456789'), ABSENT);
    front.inject({ kind: 'damaged' }, on('media'));
    expect((await store.read('landing/a')).toString()).toBe('123456789');
    front.inject({ kind: 'damaged' }, on('media'), 9);
    await expect(store.read('landing/a')).rejects.toMatchObject({ code: 'STORE_CHECKSUM' });
    await expect(store.readStream('landing/a').then(collect)).rejects.toMatchObject({ code: 'STORE_CHECKSUM' });
  });

  test('a service that does not come back ends the call after the named number of attempts', async () => {
    const injected = front.inject({ kind: 'status', status: 503 }, () => true, 1000);
    await expect(store.stat('landing/a')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true });
    expect(injected.hits()).toBe(6);
    injected.remove();
    await front.stop();
    await expect(store.stat('landing/a')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', found: 'ECONNREFUSED' });
  });

  test.each([401, 403])('status %i is said with what to do, at the first attempt', async (status) => {
    const injected = front.inject({ kind: 'status', status, reason: 'forbidden' }, () => true, 9);
    const next = expect.stringContaining('gcloud auth') as string;
    await expect(store.read('landing/a')).rejects.toMatchObject({ code: 'STORE_DENIED', next, retryable: false });
    expect(injected.hits()).toBe(1);
  });

  test('a request that the service does not accept is not sent twice', async () => {
    const injected = front.inject({ kind: 'status', status: 400, reason: 'invalid' }, () => true, 9);
    await expect(store.stat('landing/a')).rejects.toMatchObject({ code: 'STORE_REFUSED' });
    expect(injected.hits()).toBe(1);
  });

  test('a bucket that is not there is no object that is not there', async () => {
    const nowhere = storeAt(front.endpoint, 'nowhere');
    await expect(nowhere.stat('landing/a')).rejects.toMatchObject({ code: 'STORE_NO_BUCKET' });
    await expect(nowhere.read('landing/a')).rejects.toMatchObject({ code: 'STORE_NO_BUCKET' });
    await expect(nowhere.write('landing/a', BIG, ABSENT)).rejects.toMatchObject({ code: 'STORE_NO_BUCKET' });
    await expect(nowhere.delete('landing/a', { generation: '1' })).rejects.toMatchObject({ code: 'STORE_NO_BUCKET' });
    await expect(collectNames(nowhere)).rejects.toMatchObject({ code: 'STORE_NO_BUCKET' });
  });

  async function collectNames(from: ObjectStore): Promise<string[]> {
    const names = [];
    for await (const { name } of from.list('landing/')) names.push(name);
    return names;
  }

  test('what lies in two buckets is listed as one folder, in the order of the names', async () => {
    const names = [
      'control/events/date=1/a/main/1.jsonl',
      'control/events/date=1/sealed.jsonl',
      'control/lease/1.json',
      'control/specs/a.yaml',
    ];
    for (const name of [...names].reverse()) await store.write(name, Buffer.from(name), ABSENT);
    const found = [];
    for await (const { name } of store.list('control/')) found.push(name);
    expect(found).toEqual(names);
    expect(names.map((name) => store.uri(name))).toEqual([
      `gs://${root}-journal/events/date=1/a/main/1.jsonl`,
      `gs://${root}-control/events/date=1/sealed.jsonl`,
      `gs://${root}-journal/lease/1.json`,
      `gs://${root}-control/specs/a.yaml`,
    ]);
  });

  test('a copy that takes many calls goes on with the token of the one before', async () => {
    const { generation } = await store.write('landing/a', Buffer.from('123456789'), ABSENT);
    front.setRewriteCalls(4);
    front.forgetCalls();
    expect((await store.copy('landing/a', 'archive/a', { sourceGeneration: generation })).crc32c).toBe('e3069283');
    const tokens = front
      .calls()
      .filter(on('rewrite'))
      .map((call) => call.query.get('rewriteToken'));
    expect(tokens).toEqual([null, '1', '2', '3']);
  });

  test('the clock is the service its own, whatever the time of this machine', async () => {
    front.setSkewMs(-40 * 86_400_000);
    const before = await store.now();
    const { updatedAtMs } = await store.write('landing/a', Buffer.from('1'), ABSENT);
    expect(updatedAtMs).toBeGreaterThanOrEqual(before);
    expect(await store.now()).toBeGreaterThanOrEqual(updatedAtMs);
    expect(Date.now() - updatedAtMs).toBeGreaterThan(39 * 86_400_000);
  });

  test("Google's own client reads what is written here, and what it writes is read here", async () => {
    const theirs = new Storage({ apiEndpoint: server.endpoint, projectId: 'test' });
    await store.write('landing/ours', BIG, ABSENT);
    const [bytes] = await theirs.bucket(`${root}-landing`).file('ours').download({ validation: 'crc32c' });
    expect(bytes.equals(BIG)).toBe(true);
    await theirs.bucket(`${root}-landing`).file('packed').save(BIG, { gzip: true, resumable: false });
    const stored = await store.read('landing/packed');
    expect(stored.subarray(0, 2).toString('hex')).toBe('1f8b');
    expect(stored).toHaveLength((await store.stat('landing/packed'))?.sizeBytes ?? -1);
  });
});

/**
 * A fault at each call of a cycle, one after the other: the run ends right, or ends with an error that says so; the next one heals it. In a bounded
 * sample of the calls that has every kind of call in every kind of bucket.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bucketLayout } from '../../core/adapters/gcs-object-store/bucket-layout.ts';
import { noCredentials } from '../../core/adapters/gcs-object-store/credentials.ts';
import { createGcsObjectStore } from '../../core/adapters/gcs-object-store/gcs-object-store.ts';
import type { GcsCall } from '../../core/adapters/gcs-object-store/test-support/gcs-call.ts';
import type { GcsFault, InjectedFault } from '../../core/adapters/gcs-object-store/test-support/gcs-faults.ts';
import { startGcsFront, type GcsFront } from '../../core/adapters/gcs-object-store/test-support/gcs-front.ts';
import { createMemoryObjectStore } from '../../core/adapters/memory-object-store.ts';
import { ERROR_CODES } from '../../core/errors/error-codes.ts';
import { isMarketsError } from '../../core/errors/markets-error.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { verifyAudit } from '../../orchestrator/audit/verify.ts';
import { endState, MORNING_SPECS, prepareMorning } from '../../orchestrator/test-support/eventful-morning.ts';
import { laneBench, MONDAY } from '../../orchestrator/test-support/lane-bench.ts';
import { FAKE_GCS_SERVER, startFakeGcsServer, type FakeGcsServer } from '../servers/fake-gcs-server.ts';
import { serverOrSkip } from '../servers/server-tool.ts';

/** Two attempts, both of which are hit: the adapter does not heal it. A stall is over after a third of a second. */
const LIMITS = { headersMs: 150, idleMs: 150, attemptMs: 300, attemptsMax: 2, firstPauseMs: 1, pauseMaxMs: 2 };
/** So many calls of one kind (operation and bucket) are hit, another one with each fault. */
const CALLS_A_KIND_MAX = 1;
/** Longer than three heartbeats of a lease whose release failed. */
const LONG_MS = 60_000;
/** One file after the other, so that the n-th call is the same in every run. */
const ONE_BY_ONE = { limits: { settle_seconds: 0, files_at_once: 1 } };

const FAULTS: readonly GcsFault[] = [
  { kind: 'status', status: 503 },
  { kind: 'status', status: 412 },
  { kind: 'reset' },
  { kind: 'lost answer' },
  { kind: 'stall' },
  { kind: 'truncated' },
];

serverOrSkip(FAKE_GCS_SERVER, 'a cycle on Google Cloud Storage with a fault at a call', () => {
  let server: FakeGcsServer;
  let front: GcsFront;
  let roots = 0;
  let calls: readonly GcsCall[] = [];
  let end: unknown;
  let morning: ObjectStore;

  /** The morning in buckets of its own: as the lane sees them through the front, and as they are. */
  async function freshMorning(): Promise<{ readonly store: ObjectStore; readonly direct: ObjectStore }> {
    const root = `gs://cycle-${String((roots += 1))}`;
    await server.createBuckets(bucketLayout(root).buckets);
    const direct = createGcsObjectStore({ root, authorize: noCredentials, apiEndpoint: server.endpoint });
    for await (const { name } of morning.list('')) await direct.write(name, await morning.read(name), { ifAbsent: true });
    return { direct, store: createGcsObjectStore({ root, authorize: noCredentials, apiEndpoint: front.endpoint, limits: LIMITS }) };
  }

  beforeAll(async () => {
    server = await startFakeGcsServer();
    front = await startGcsFront(server.endpoint);
    morning = await prepareMorning(createMemoryObjectStore(), 'an earlier day');
    const { store, direct } = await freshMorning();
    await laneBench(store).run(MONDAY, MORNING_SPECS, ONE_BY_ONE);
    calls = [...front.calls()];
    end = await endState(laneBench(direct));
  });
  afterAll(async () => {
    await front.stop();
    await server.stop();
  });

  /** The n-th call of the run, and what is tried again of it. */
  function hitCall(fault: GcsFault, number: number): InjectedFault {
    let hit: string | undefined;
    const from = front.calls().length;
    return front.inject(
      fault,
      (call) => {
        if (call.number === from + number) hit = nameOf(call);
        return hit === nameOf(call);
      },
      LIMITS.attemptsMax,
    );
  }

  async function runWith(fault: GcsFault, number: number): Promise<string> {
    const { store, direct } = await freshMorning();
    const lane = laneBench(store);
    const injected = hitCall(fault, number);
    const first = await lane.run(MONDAY, MORNING_SPECS, ONE_BY_ONE).then(
      (result) => (result.errors.length === 0 ? 'right' : `errors ${result.errors.map(({ code }) => code).join()}`),
      (error: unknown) => (isMarketsError(error) ? `ended with ${error.code}` : `threw ${String(error)}`),
    );
    expect(injected.hits()).toBeGreaterThan(0);
    injected.remove();
    front.setSkewMs(LONG_MS);
    const second = await lane.run(MONDAY, MORNING_SPECS, ONE_BY_ONE);
    front.setSkewMs(0);
    expect(second.errors, first).toEqual([]);
    expect(await endState(laneBench(direct)), first).toEqual(end);
    expect((await verifyAudit(direct, {})).problems, first).toEqual([]);
    return first;
  }

  test.each(FAULTS)('%o: the run ends right or clean, and the next one heals it', async (fault) => {
    const sample = sampleOf(calls, (FAULTS.indexOf(fault) + 0.5) / FAULTS.length);
    expect(new Set(sample.map(({ operation }) => operation))).toEqual(new Set(['list', 'stat', 'media', 'insert', 'rewrite', 'delete']));
    const outcomes = new Map<string, string>();
    for (const call of sample) outcomes.set(`${String(call.number)} ${nameOf(call)}`, await runWith(fault, call.number));
    const unclean = [...outcomes].filter(([, outcome]) => outcome.startsWith('threw') || exitOf(outcome) === 70);
    expect(unclean).toEqual([]);
  });
});

/** Of each kind those at this place of all (0 to 1), in the order of the run. */
function sampleOf(calls: readonly GcsCall[], place: number): readonly GcsCall[] {
  const kinds = new Map<string, GcsCall[]>();
  for (const call of calls) {
    const kind = `${call.operation} ${call.bucket.replace(/^cycle-\d+-/, '')}`;
    kinds.set(kind, [...(kinds.get(kind) ?? []), call]);
  }
  return [...kinds.values()].flatMap((all) => {
    const wanted = Math.min(CALLS_A_KIND_MAX, all.length);
    return Array.from({ length: wanted }, (_, index) => all[Math.floor(((index + place) * all.length) / wanted)]!);
  });
}

/** Without the root's number, which differs from run to run. */
function nameOf({ operation, bucket, object }: GcsCall): string {
  return `${operation} ${bucket.replace(/^cycle-\d+-/, '')}/${object}`;
}

function exitOf(outcome: string): number | undefined {
  const code = /^ended with (\w+)$/.exec(outcome)?.[1];
  return code !== undefined && code in ERROR_CODES ? ERROR_CODES[code as keyof typeof ERROR_CODES].exit : undefined;
}

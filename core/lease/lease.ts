/**
 * One holder at a time. control/lease/<epoch>.json is created if absent, so an epoch has one holder for ever; the highest epoch
 * counts. Heartbeats and the release lie beside it. All times are the store's clock: --now never moves a lease.
 */
import { MarketsError, isMarketsError } from '../errors/markets-error.ts';
import type { ObjectInfo, ObjectStore } from '../ports/object-store.ts';

const LEASE_PREFIX = 'control/lease/';
const HEARTBEATS_MISSED_MAX = 3;
/** Epochs before these are deleted: what counts is the highest one. */
const EPOCHS_KEPT = 10;
const LEASE_NAME = /^control\/lease\/(\d{8})\.(json|heartbeat|released)$/;

export interface LeaseOptions {
  readonly store: ObjectStore;
  readonly heartbeatSeconds: number;
  /** Who holds it, for the message of those who are refused: host and process. */
  readonly holder: string;
}

export interface Lease {
  readonly epoch: number;
  /** Throws LEASE_LOST when a later epoch was taken. Called before everything that others can see. */
  assertHeld(): Promise<void>;
  /** Ends the heartbeat and gives the lease back; a lost lease is not given back. */
  release(): Promise<void>;
}

interface LeaseState {
  readonly epoch: number;
  readonly released: boolean;
  readonly lastSeenMs: number;
  readonly heartbeatSeconds: number;
  readonly holder: string;
}

/** Takes the lease, or throws LEASE_HELD. Takes over a holder who missed 3 heartbeats. */
export async function acquireLease(options: LeaseOptions): Promise<Lease> {
  const { store } = options;
  const objects = await leaseObjects(store);
  const last = await lastLease(store, objects);
  if (last !== null && !last.released) await refuseWhileAlive(store, last);
  const epoch = (last?.epoch ?? 0) + 1;
  const body = { holder: options.holder, heartbeat_seconds: options.heartbeatSeconds };
  try {
    await store.write(leaseName(epoch, 'json'), Buffer.from(JSON.stringify(body)), { ifAbsent: true });
  } catch (error) {
    if (isMarketsError(error, 'STORE_EXISTS')) throw held('another run that took it in the same moment', error);
    throw error;
  }
  await forgetOldEpochs(store, objects, epoch - EPOCHS_KEPT);
  return heldLease(options, epoch);
}

/** The epoch that counts now, and whether its holder still has it; null before the first run. */
export async function currentLease(store: ObjectStore): Promise<LeaseState | null> {
  return await lastLease(store, await leaseObjects(store));
}

function heldLease({ store, heartbeatSeconds, holder }: LeaseOptions, epoch: number): Lease {
  let failed: unknown;
  const beat = async (): Promise<void> => {
    try {
      await store.write(leaseName(epoch, 'heartbeat'), Buffer.from(holder), { overwrite: true });
      failed = undefined;
    } catch (error) {
      // A store that does not answer is not a lost lease yet: the next assertHeld asks the store itself.
      failed = error;
    }
  };
  const timer = setInterval(() => void beat(), heartbeatSeconds * 1000);
  timer.unref();
  return {
    epoch,
    async assertHeld() {
      await assertEpoch(store, epoch, failed);
    },
    async release() {
      clearInterval(timer);
      if (await isLost(store, epoch)) return;
      try {
        await store.write(leaseName(epoch, 'released'), Buffer.from(holder), { ifAbsent: true });
      } catch (error) {
        if (!isMarketsError(error, 'STORE_EXISTS')) throw error;
      }
    },
  };
}

/** Throws LEASE_LOST when a later epoch than this one was taken; for those that work under a lease that another process holds, too. */
export async function assertEpoch(store: ObjectStore, epoch: number, cause?: unknown): Promise<void> {
  if (!(await isLost(store, epoch))) return;
  throw new MarketsError('LEASE_LOST', 'The lease of this run was taken over.', {
    cause,
    expected: `epoch ${epoch}`,
    next: 'Nothing: the run that took over does the work. Look for what stopped this one for so long.',
  });
}

async function isLost(store: ObjectStore, epoch: number): Promise<boolean> {
  return (await store.stat(leaseName(epoch + 1, 'json'))) !== undefined;
}

async function refuseWhileAlive(store: ObjectStore, last: LeaseState): Promise<void> {
  const silentMs = (await store.now()) - last.lastSeenMs;
  const allowedMs = HEARTBEATS_MISSED_MAX * last.heartbeatSeconds * 1000;
  if (silentMs > allowedMs) return;
  const seconds = Math.ceil((allowedMs - silentMs) / 1000);
  throw held(`${last.holder}, last seen ${Math.max(0, Math.round(silentMs / 1000))} s ago`, undefined, seconds);
}

function held(found: string, cause: unknown, seconds?: number): MarketsError {
  return new MarketsError('LEASE_HELD', 'Another run holds the lease.', {
    cause,
    expected: 'one run at a time',
    found,
    next: seconds === undefined ? 'Wait for it to end.' : `Wait for it to end; if it is dead, its lease can be taken over in ${seconds} s.`,
  });
}

function leaseName(epoch: number, kind: 'json' | 'heartbeat' | 'released'): string {
  return `${LEASE_PREFIX}${String(epoch).padStart(8, '0')}.${kind}`;
}

async function leaseObjects(store: ObjectStore): Promise<readonly ObjectInfo[]> {
  const objects: ObjectInfo[] = [];
  for await (const info of store.list(LEASE_PREFIX)) if (LEASE_NAME.test(info.name)) objects.push(info);
  return objects;
}

async function lastLease(store: ObjectStore, objects: readonly ObjectInfo[]): Promise<LeaseState | null> {
  const taken = objects.filter((info) => info.name.endsWith('.json')).at(-1);
  if (taken === undefined) return null;
  const epoch = Number(LEASE_NAME.exec(taken.name)?.[1]);
  const own = objects.filter((info) => info.name.startsWith(taken.name.slice(0, -'json'.length)));
  const body: unknown = JSON.parse((await store.read(taken.name)).toString());
  const { holder, heartbeat_seconds: heartbeatSeconds } = checkedBody(body, taken.name);
  return {
    epoch,
    released: own.some((info) => info.name.endsWith('.released')),
    lastSeenMs: Math.max(...own.map((info) => info.updatedAtMs)),
    heartbeatSeconds,
    holder,
  };
}

function checkedBody(body: unknown, name: string): { holder: string; heartbeat_seconds: number } {
  if (typeof body === 'object' && body !== null && 'holder' in body && 'heartbeat_seconds' in body) {
    const { holder, heartbeat_seconds } = body;
    if (typeof holder === 'string' && typeof heartbeat_seconds === 'number') return { holder, heartbeat_seconds };
  }
  throw new MarketsError('INTERNAL', `The lease ${name} cannot be read.`);
}

async function forgetOldEpochs(store: ObjectStore, objects: readonly ObjectInfo[], before: number): Promise<void> {
  for (const { name, generation } of objects) {
    if (Number(LEASE_NAME.exec(name)?.[1]) < before) await store.delete(name, { generation });
  }
}

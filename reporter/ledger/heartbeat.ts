/**
 * Which instances live. An instance writes its object again at every heartbeat; it is dead when it was silent for three of them by the store's clock, or has
 * said that it ends. One that was silent so long must not go on: others may have taken over, so it fences itself off by its own monotonic clock.
 */
import { Type, type Static } from '@sinclair/typebox';
import { isMarketsError, MarketsError } from '../../core/errors/markets-error.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { CLOSED, MOMENT } from '../../core/stream/object-forms.ts';
import { jsonBytes, storedJson } from '../../core/stream/stored-json.ts';
import { instanceName, INSTANCES, readInstanceName } from '../../core/reports/object-names.ts';
import { momentOf, type Time } from '../../core/time/time.ts';

export const HEARTBEATS_MISSED_MAX = 3;

const INSTANCE_SCHEMA = Type.Object(
  { instance: Type.String(), at: MOMENT, heartbeat_seconds: Type.Number({ exclusiveMinimum: 0 }), has_ended: Type.Boolean() },
  CLOSED,
);
type InstanceObject = Static<typeof INSTANCE_SCHEMA>;

const instances = storedJson({
  schema: INSTANCE_SCHEMA,
  what: 'no heartbeat of an instance',
  expected: 'instance, at, heartbeat_seconds, has_ended',
  code: 'LEDGER_DAMAGED',
});

export type InstanceState = 'alive' | 'ended' | 'dead';

export interface SeenInstance {
  readonly instance: string;
  readonly state: InstanceState;
  /** By the store's clock, milliseconds since the epoch. */
  readonly seenMs: number;
}

/** Dead and ended instances whose work was adopted are no longer there. */
export async function* listInstances(store: ObjectStore): AsyncGenerator<SeenInstance> {
  const nowMs = await store.now();
  for await (const { name } of store.list(INSTANCES)) {
    const instance = readInstanceName(name);
    const seen = instance === undefined ? null : await seenInstance(store, instance, nowMs);
    if (seen !== null) yield seen;
  }
}

/** Also of an instance that was adopted long ago, or never was. */
export async function isDead(store: ObjectStore, instance: string): Promise<boolean> {
  const seen = await seenInstance(store, instance, await store.now());
  return seen === null || seen.state !== 'alive';
}

async function seenInstance(store: ObjectStore, instance: string, nowMs: number): Promise<SeenInstance | null> {
  const name = instanceName(instance);
  const info = await store.stat(name);
  if (info === undefined) return null;
  let found: InstanceObject;
  try {
    found = await instances.read(store, name);
  } catch (error) {
    if (isMarketsError(error, 'STORE_NOT_FOUND')) return null;
    throw error;
  }
  const isSilent = nowMs - info.updatedAtMs > HEARTBEATS_MISSED_MAX * found.heartbeat_seconds * 1000;
  return { instance, state: found.has_ended ? 'ended' : isSilent ? 'dead' : 'alive', seenMs: info.updatedAtMs };
}

/** After adoption. Safe to repeat. */
export async function forgetInstance(store: ObjectStore, instance: string): Promise<void> {
  const info = await store.stat(instanceName(instance));
  if (info !== undefined) await store.delete(info.name, { generation: info.generation });
}

export interface Heartbeat {
  /** Throws LEDGER_FAILED when others may take this instance for dead. Asked before everything that others can see. */
  assertAlive(): void;
  /** `ended`: says that it ends; otherwise it falls silent, as one that is killed. */
  stop(how: 'ended' | 'silent'): Promise<void>;
}

export interface HeartbeatOptions {
  readonly store: ObjectStore;
  readonly instance: string;
  readonly seconds: number;
  readonly time: Time;
}

/** Resolves when the first beat is stored. */
export async function startHeartbeat({ store, instance, seconds, time }: HeartbeatOptions): Promise<Heartbeat> {
  const stopping = new AbortController();
  let lastMs = time.monotonicMs();
  const beat = async (hasEnded: boolean): Promise<void> => {
    const beganMs = time.monotonicMs();
    const content: InstanceObject = { instance, at: momentOf(time.nowMs()), heartbeat_seconds: seconds, has_ended: hasEnded };
    await store.write(instanceName(instance), jsonBytes(content), { overwrite: true });
    lastMs = beganMs;
  };
  await beat(false);
  const beating = (async () => {
    for (let begunMs = lastMs; ;) {
      // From beat to beat: one that the store takes long over would otherwise push back all behind it.
      await time.wait(Math.max(0, begunMs + seconds * 1000 - time.monotonicMs()), stopping.signal);
      if (stopping.signal.aborted) return;
      begunMs = time.monotonicMs();
      // A beat that the store refused is made up by the next one; after three of them assertAlive throws.
      await beat(false).catch(() => undefined);
    }
  })();
  return {
    assertAlive() {
      const silentMs = time.monotonicMs() - lastMs;
      if (silentMs <= HEARTBEATS_MISSED_MAX * seconds * 1000) return;
      throw new MarketsError('LEDGER_FAILED', 'This instance was silent for so long that others may have taken it for dead.', {
        expected: `a heartbeat every ${seconds} s`,
        found: `none for ${Math.round(silentMs / 1000)} s`,
        next: 'Start the process anew. Look for what stopped it, or what kept the store from answering.',
      });
    },
    async stop(how) {
      stopping.abort();
      await beating;
      if (how === 'ended') await beat(true);
    },
  };
}

/** A lane on a store of its own, with an injected clock and a validator that needs no engine. */
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMemoryObjectStore } from '../../core/adapters/memory-object-store.ts';
import type { AnyEvent, EventEnvelope, EventType } from '../../core/events/event.ts';
import { readEventLog } from '../../core/events/event-log.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { SILENT } from '../../core/telemetry/logger.ts';
import type { CycleOptions } from '../run/cycle-options.ts';
import type { CycleResult } from '../run/cycle-result.ts';
import type { LoadedSpec } from '../run/lane.ts';
import { joinRun, type JoinOptions, type JoinResult } from '../share/join-run.ts';
import { runCycle } from '../run/run-cycle.ts';
import { lineValidator } from './line-validator.ts';

/** Each run makes its own folder in it and removes that. */
const scratchFolder = join(tmpdir(), 'markets-lane-tests');

export const MONDAY = '2023-01-30T18:00:00.000000Z';

export interface LaneBench {
  readonly store: ObjectStore;
  readonly run: (now: string, specs: readonly LoadedSpec[], changes?: Partial<CycleOptions>) => Promise<CycleResult>;
  /** A task that takes its share of a run of `run`, with `share` among its changes. */
  readonly join: (task: number, specs: readonly LoadedSpec[], changes?: Partial<JoinOptions>) => Promise<JoinResult>;
  /** Puts a file into landing/, as an uploader would. */
  readonly drop: (name: string, lines: readonly string[]) => Promise<void>;
  readonly names: (prefix: string) => Promise<string[]>;
  readonly events: () => Promise<readonly AnyEvent[]>;
  readonly eventsOf: <T extends EventType>(type: T) => Promise<readonly EventEnvelope<T>[]>;
}

export function laneBench(store: ObjectStore = createMemoryObjectStore()): LaneBench {
  const events = async (): Promise<readonly AnyEvent[]> => (await readEventLog(store)).runs.flatMap((run) => run.events);
  return {
    store,
    run: async (now, specs, changes = {}) => await runCycle({ ...defaults(store, now, scratchFolder), specs, ...changes }),
    join: async (task, specs, changes = {}) =>
      await joinRun({ ...defaults(store, MONDAY, scratchFolder), specs, task, tasks: 4, waitSeconds: 60, ...changes }),
    drop: async (name, lines) => {
      await store.write(`landing/${name}`, Buffer.from(`${lines.join('\n')}\n`), { overwrite: true });
    },
    names: async (prefix) => {
      const names = [];
      for await (const { name } of store.list(prefix)) names.push(name);
      return names;
    },
    events,
    eventsOf: async <T extends EventType>(type: T) =>
      (await events()).filter((event): event is EventEnvelope<T> & AnyEvent => event.type === type),
  };
}

function defaults(store: ObjectStore, now: string, scratchFolder: string): Omit<CycleOptions, 'specs'> {
  return {
    store,
    clock: { now: () => now },
    validator: lineValidator,
    engineVersion: 'test',
    limits: { settle_seconds: 0, files_at_once: 2 },
    heartbeatSeconds: 10,
    holder: 'test',
    newId: () => randomBytes(16).toString('hex'),
    scratchFolder,
    calendars: new Map(),
    logger: SILENT,
    signal: new AbortController().signal,
    sleep: async () => await Promise.resolve(),
    warehouse: null,
    partner: null,
    notify: async () => await Promise.resolve(),
  };
}

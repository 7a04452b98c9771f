/**
 * The lane's state at the end of a run, so that reading does not grow with history. Derived: it names the run and its closing hash, is used
 * only while the chain still says the same, and can be deleted at any time.
 */
import { isMarketsError } from '../../core/errors/markets-error.ts';
import type { RunLog } from '../../core/events/event-log.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import type { LaneState } from './lane-state.ts';

const PREFIX = 'control/checkpoints/';
/** Raised whenever the fold gives another state for the same events: older checkpoints are then passed over. */
const STATE_VERSION = 6;
const CHECKPOINT_BYTES_MAX = 1024 * 1024 * 1024;

export interface Checkpoint {
  readonly run_id: string;
  readonly closing_hash: string;
  /** The day that the run's events lie under. */
  readonly date: string;
  readonly state: LaneState;
}

/** Key is the epoch; a checkpoint that is there already is the same. */
export async function writeCheckpoint(store: ObjectStore, epoch: number, checkpoint: Checkpoint): Promise<void> {
  const text = JSON.stringify({ version: STATE_VERSION, ...checkpoint }, (_key, value: unknown) =>
    value instanceof Map ? { entries: [...value.entries()] } : value,
  );
  try {
    await store.write(`${PREFIX}${String(epoch).padStart(8, '0')}.json`, Buffer.from(text), { ifAbsent: true });
  } catch (error) {
    if (!isMarketsError(error, 'STORE_EXISTS')) throw error;
  }
}

/** The newest one; null where there is none of this version. */
export async function readCheckpoint(store: ObjectStore): Promise<Checkpoint | null> {
  let newest: string | null = null;
  for await (const { name } of store.list(PREFIX)) newest = name;
  if (newest === null) return null;
  const text = (await store.read(newest, { maxBytes: CHECKPOINT_BYTES_MAX })).toString();
  const parsed = JSON.parse(text, (_key, value: unknown) => (isEntries(value) ? new Map(value.entries) : value)) as Checkpoint & {
    readonly version: number;
  };
  if (parsed.version !== STATE_VERSION) return null;
  const { run_id, closing_hash, date, state } = parsed;
  return { run_id, closing_hash, date, state };
}

/** The place of the checkpoint's run in the log, -1 where the chain does not hold it as it was. */
export function placeInLog(checkpoint: Checkpoint, runs: readonly RunLog[]): number {
  return runs.findIndex((run) => run.run_id === checkpoint.run_id && run.finished?.hash === checkpoint.closing_hash);
}

function isEntries(value: unknown): value is { readonly entries: readonly [unknown, unknown][] } {
  return (
    typeof value === 'object' && value !== null && 'entries' in value && Array.isArray(value.entries) && Object.keys(value).length === 1
  );
}

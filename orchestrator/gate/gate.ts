/**
 * Which deliveries go on in this cycle. First sights are recorded; what is not settled or waits for its control file stays in landing.
 * Key of every event is the object's name and generation, so that a repetition records nothing new.
 */
import type { ObjectInfo } from '../../core/ports/object-store.ts';
import { controlFileName } from '../../core/spec/control-file-name.ts';
import type { AnyNewEvent } from '../run/journal.ts';
import type { Lane } from '../run/lane.ts';
import { objectKey } from '../state/lane-state.ts';
import { addMinutes, instantOfMs } from '../time/instant.ts';
import { belowLanding, type Delivery } from './delivery.ts';
import type { Claimed, Landing } from './discover.ts';
import { settledNames } from './settle.ts';

export interface GateResult {
  readonly ready: readonly Delivery[];
  /** Claimed objects that stay in landing for now. */
  readonly waiting: number;
}

export async function passGate(lane: Lane, landing: Landing, only: string | null): Promise<GateResult> {
  const claimed = landing.data.filter(({ spec }) => only === null || spec.name === only);
  await recordFirstSights(lane, claimed);
  const controls = claimed.flatMap(({ spec, info }) => controlOf(landing, spec, info) ?? []);
  const settled = await settledNames(lane, [...claimed.map(({ info }) => info), ...controls]);
  const ready: Delivery[] = [];
  const awaited: AnyNewEvent[] = [];
  for (const { spec, info } of claimed) {
    if (!settled.has(info.name)) continue;
    const object = belowLanding(info);
    const control = controlOf(landing, spec, info);
    if (control !== null && !settled.has(control.name)) continue;
    if (control === null && mustWait(lane, { spec, info }, awaited)) continue;
    ready.push({ spec, object, info, control });
  }
  if (awaited.length > 0) await lane.journal.record(awaited);
  return { ready, waiting: claimed.length - ready.length };
}

async function recordFirstSights(lane: Lane, claimed: readonly Claimed[]): Promise<void> {
  const at = lane.clock.now();
  const events = claimed
    .filter(({ info }) => !isKnown(lane, info))
    .map(({ spec, info }): AnyNewEvent => ({
      type: 'object_discovered',
      at,
      source: spec.name,
      data: {
        object: belowLanding(info),
        generation: info.generation,
        bytes: info.sizeBytes,
        updated_at: instantOfMs(info.updatedAtMs),
      },
    }));
  if (events.length > 0) await lane.journal.record(events);
}

function isKnown(lane: Lane, info: ObjectInfo): boolean {
  const object = belowLanding(info);
  return lane.state.discovered.has(objectKey(object, info.generation)) || lane.state.archived.get(object)?.generation === info.generation;
}

function controlOf(landing: Landing, spec: Claimed['spec'], info: ObjectInfo): ObjectInfo | null {
  const name = controlFileName(spec, belowLanding(info));
  return name === null ? null : (landing.controls.get(name) ?? null);
}

/** Whether a delivery without its control file has to wait on; waiting begins at first sight. */
function mustWait(lane: Lane, { spec, info }: Claimed, awaited: AnyNewEvent[]): boolean {
  const object = belowLanding(info);
  const control = controlFileName(spec, object);
  // What is archived already only has to be removed.
  if (control === null || spec.control_file === null || lane.state.archived.get(object)?.generation === info.generation) return false;
  const key = objectKey(object, info.generation);
  const now = lane.clock.now();
  const known = lane.state.awaited.get(key);
  const seenAt = lane.state.discovered.get(key)?.at ?? now;
  const until = known?.until ?? addMinutes(seenAt, spec.control_file.wait_minutes);
  if (until <= now) return false;
  if (known === undefined) {
    awaited.push({
      type: 'control_awaited',
      at: now,
      source: spec.name,
      data: { object, generation: info.generation, control_object: control, until },
    });
  }
  return true;
}

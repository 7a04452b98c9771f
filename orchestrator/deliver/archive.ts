/**
 * Moves a judged file out of landing, with its control file: copy if absent, read the copy back, record, then delete the generation that was
 * judged. Key is the object's name and generation; a crash after any of these is finished by the next run.
 */
import { MarketsError } from '../../core/errors/markets-error.ts';
import type { ObjectInfo } from '../../core/ports/object-store.ts';
import { belowLanding, LANDING, type Delivery } from '../gate/delivery.ts';
import type { AnyNewEvent } from '../run/journal.ts';
import type { Lane } from '../run/lane.ts';
import { baseName } from './object-paths.ts';
import { digestStream } from './spool.ts';
import { copyOnce, type StoredObject } from './write-once.ts';

export interface ArchiveOrder {
  readonly delivery: Delivery;
  readonly loadId: string;
  /** Of the bytes that were judged. */
  readonly sha256: string;
  /** archive/... or failed/... */
  readonly folder: string;
  /** Events that have to stand with the move, e.g. that it was a duplicate. */
  readonly before: (archivedAs: string) => readonly AnyNewEvent[];
}

export async function archive(lane: Lane, order: ArchiveOrder): Promise<void> {
  const { delivery } = order;
  const data = await copyOut(lane, delivery.info, order.folder, order.sha256);
  const events: AnyNewEvent[] = [...order.before(data.object), archivedEvent(lane, order, delivery.info, data, 'data')];
  if (delivery.control !== null) {
    const digests = await digestStream(await lane.store.readStream(delivery.control.name, { generation: delivery.control.generation }));
    const control = await copyOut(lane, delivery.control, order.folder, digests.sha256);
    events.push(archivedEvent(lane, order, delivery.control, control, 'control'));
  }
  await lane.assertHeld();
  await lane.journal.record(events);
  // Asked once more: who took over after this answer reads what was recorded before it, so that what is removed is on record for all.
  await lane.assertHeld();
  await removeFromLanding(lane, delivery);
}

/** Deletes what was archived in exactly these generations; a newer delivery under the same name stays. */
export async function removeFromLanding(lane: Lane, delivery: Delivery): Promise<void> {
  // The control file first: while its data is there, the next run finds both.
  for (const info of [delivery.control, delivery.info]) {
    if (info === null) continue;
    if (lane.state.archived.get(belowLanding(info))?.generation !== info.generation) continue;
    await lane.store.delete(info.name, { generation: info.generation });
  }
}

async function copyOut(lane: Lane, info: ObjectInfo, folder: string, sha256: string): Promise<StoredObject> {
  try {
    return await copyOnce(lane.store, lane.epoch, info, `${folder}/${baseName(info.name)}`, sha256);
  } catch (cause) {
    throw new MarketsError('LANE_ARCHIVE', `The file ${belowLanding(info)} could not be moved out of ${LANDING}.`, {
      cause,
      next: 'Nothing: the next run tries again. Where it fails every time, look at the space and the rights of the store.',
    });
  }
}

function archivedEvent(lane: Lane, order: ArchiveOrder, info: ObjectInfo, copy: StoredObject, role: 'data' | 'control'): AnyNewEvent {
  return {
    type: 'object_archived',
    at: lane.clock.now(),
    load_id: order.loadId,
    source: order.delivery.spec.name,
    data: {
      object: belowLanding(info),
      generation: info.generation,
      archived_as: copy.object,
      crc32c: copy.crc32c,
      sha256: copy.sha256,
      role,
    },
  };
}

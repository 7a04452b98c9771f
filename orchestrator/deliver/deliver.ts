/**
 * One delivery from landing to its end: duplicate, published or failed, and archived. Every step may be repeated: what an earlier run
 * recorded is not done again, what it did not record is.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileStatus, Report } from '../../core/engine/report.ts';
import type { Delivery } from '../gate/delivery.ts';
import type { Lane } from '../run/lane.ts';
import { loadsOf, type LoadState } from '../state/lane-state.ts';
import { archive, removeFromLanding } from './archive.ts';
import { arrivalDateOf } from './arrival.ts';
import { businessDateOf } from './business-date.ts';
import { decide, type Decision } from './decide.ts';
import { verdictOn, type Verdict } from './file-validator.ts';
import { archiveFolder, baseName, failedFolder } from './object-paths.ts';
import { publish } from './publish.ts';
import { spool, type Digests } from './spool.ts';

export type Delivered =
  | { readonly kind: 'duplicate'; readonly loadId: string }
  | { readonly kind: 'judged'; readonly loadId: string; readonly status: FileStatus; readonly report: Report }
  /** The rest of a delivery that an earlier run judged. */
  | { readonly kind: 'resumed'; readonly loadId: string | null };

type Judgement = Extract<Decision, { kind: 'judge' }>;

interface Spooled extends Digests {
  readonly folder: string;
  readonly dataPath: string;
  readonly controlPath: string | null;
}

export async function deliver(lane: Lane, delivery: Delivery): Promise<Delivered> {
  if (lane.state.archived.get(delivery.object)?.generation === delivery.info.generation) {
    await removeFromLanding(lane, delivery);
    return { kind: 'resumed', loadId: null };
  }
  const judged = unfinishedLoad(lane, delivery);
  if (judged !== undefined) {
    await archiveLoad(lane, delivery, judged);
    return { kind: 'resumed', loadId: judged.load_id };
  }
  const folder = await mkdtemp(join(lane.scratchFolder, 'file-'));
  try {
    const spooled = await spoolDelivery(lane, delivery, folder);
    const businessDate = await businessDateOf(lane, delivery, spooled);
    return await judge(lane, delivery, spooled, businessDate);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A load of exactly this generation that was judged and not archived: the run before ended in between. */
function unfinishedLoad(lane: Lane, delivery: Delivery): LoadState | undefined {
  return loadsOf(lane.state, delivery.spec.name, delivery.object).find(
    (load) => load.generation === delivery.info.generation && load.archived_as === null,
  );
}

async function spoolDelivery(lane: Lane, delivery: Delivery, folder: string): Promise<Spooled> {
  // The name of the landing object never becomes a path: only what the store's own names are made of does.
  const dataPath = join(folder, 'data');
  const digests = await spool(lane.store, delivery.info, dataPath);
  const controlPath = delivery.control === null ? null : join(folder, 'control');
  if (delivery.control !== null && controlPath !== null) await spool(lane.store, delivery.control, controlPath);
  return { ...digests, folder, dataPath, controlPath };
}

async function judge(lane: Lane, delivery: Delivery, spooled: Spooled, businessDate: string): Promise<Delivered> {
  const { spec, object } = delivery;
  const decision = decide(lane.state, spec, { object, sha256: spooled.sha256, businessDate });
  if (decision.kind === 'duplicate') return await ignoreDuplicate(lane, delivery, spooled, businessDate, decision.firstLoadId);
  const verdict = await validate(lane, delivery, spooled, decision);
  const { report, outputFolder } = verdict;
  try {
    await publish(lane, { delivery, decision, businessDate, arrivalDate: arrivalDateOf(lane, delivery), report, outputFolder });
  } finally {
    await verdict.release();
  }
  const load = lane.state.loads.get(decision.loadId);
  if (load !== undefined) await archiveLoad(lane, delivery, load);
  return { kind: 'judged', loadId: decision.loadId, status: report.status, report };
}

async function validate(lane: Lane, delivery: Delivery, spooled: Spooled, decision: Judgement): Promise<Verdict> {
  const { control, spec, object } = delivery;
  const controlFile =
    control === null || spooled.controlPath === null
      ? null
      : { file: baseName(control.name), input: { path: spooled.controlPath, isPrivate: true } };
  const request = {
    spec,
    file: object,
    load_id: decision.loadId,
    version: decision.version,
    now: lane.startedAt,
    input: { path: spooled.dataPath, isPrivate: true },
    control: controlFile,
    controlOverdue: control === null && spec.control_file?.required === true && spec.control_file.pattern !== null,
  };
  return await verdictOn(lane.validator, request, lane.engineVersion, spooled.folder);
}

async function archiveLoad(lane: Lane, delivery: Delivery, load: LoadState): Promise<void> {
  const arrivalDate = arrivalDateOf(lane, delivery);
  const place = load.status === 'failed' ? failedFolder : archiveFolder;
  await archive(lane, {
    delivery,
    loadId: load.load_id,
    sha256: load.sha256,
    folder: place(arrivalDate, delivery.spec.name, load.load_id),
    before: () => [],
  });
}

async function ignoreDuplicate(
  lane: Lane,
  delivery: Delivery,
  { sha256 }: Digests,
  businessDate: string,
  firstLoadId: string,
): Promise<Delivered> {
  const { spec, object, info } = delivery;
  await archive(lane, {
    delivery,
    loadId: firstLoadId,
    sha256,
    folder: archiveFolder(arrivalDateOf(lane, delivery), spec.name, firstLoadId),
    before: (archivedAs) => [
      {
        type: 'duplicate_ignored',
        at: lane.clock.now(),
        load_id: firstLoadId,
        source: spec.name,
        data: {
          object,
          generation: info.generation,
          sha256,
          business_date: businessDate,
          first_load_id: firstLoadId,
          archived_as: archivedAs,
        },
      },
    ],
  });
  return { kind: 'duplicate', loadId: firstLoadId };
}

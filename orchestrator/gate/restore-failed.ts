/**
 * A control file that comes after CONTROL_MISSING brings its data file back: the copy under failed/ returns to landing, where the gate
 * takes it as any delivery. Key is the landing name: a newer delivery that lies there already needs no bringing back.
 */
import { isMarketsError } from '../../core/errors/markets-error.ts';
import { controlFileName } from '../../core/spec/control-file-name.ts';
import type { Lane } from '../run/lane.ts';
import { loadsOf, type LoadState } from '../state/lane-state.ts';
import { belowLanding, LANDING } from './delivery.ts';
import type { Landing } from './discover.ts';

/** Gives the number of files that were brought back; landing has to be listed again then. */
export async function restoreFailed(lane: Lane, landing: Landing): Promise<number> {
  const present = new Set(landing.data.map(({ info }) => belowLanding(info)));
  const specs = new Map(lane.specs.filter(({ spec }) => spec.enabled).map(({ spec }) => [spec.name, spec]));
  let restored = 0;
  for (const load of lane.state.loads.values()) {
    const spec = specs.get(load.source);
    if (spec === undefined || present.has(load.object) || !isWaiting(lane, load)) continue;
    const control = landing.controls.get(controlFileName(spec, load.object) ?? '');
    if (control === undefined || lane.state.archived.get(belowLanding(control))?.generation === control.generation) continue;
    if (await restore(lane, load)) restored += 1;
  }
  return restored;
}

/** Failed for want of its control file, and nothing newer came under its name. */
function isWaiting(lane: Lane, load: LoadState): boolean {
  if (load.status !== 'failed' || !load.file_codes.includes('CONTROL_MISSING')) return false;
  return loadsOf(lane.state, load.source, load.object).at(-1)?.load_id === load.load_id;
}

async function restore(lane: Lane, load: LoadState): Promise<boolean> {
  const failed = load.archived_as === null ? undefined : await lane.store.stat(load.archived_as);
  if (failed === undefined) return false;
  try {
    await lane.store.copy(failed.name, `${LANDING}${load.object}`, { sourceGeneration: failed.generation });
  } catch (error) {
    if (!isMarketsError(error, 'STORE_EXISTS')) throw error;
  }
  lane.logger.log('info', 'failed_file_restored', { source: load.source, object: load.object });
  return true;
}

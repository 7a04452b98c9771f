/**
 * A control file that comes after CONTROL_MISSING brings its data file back: the copy under failed/ returns to landing, where the gate
 * takes it as any delivery. Key is the landing name: a newer delivery that lies there already needs no bringing back.
 */
import { isMarketsError } from '../../core/errors/markets-error.ts';
import type { SourceSpec } from '../../core/spec/source-spec.ts';
import type { Lane } from '../run/lane.ts';
import { loadsOf } from '../state/lane-state.ts';
import { dataNamesOf } from './control-name.ts';
import { belowLanding, LANDING } from './delivery.ts';
import type { Landing } from './discover.ts';

/** Gives the number of files that were brought back; landing has to be listed again then. */
export async function restoreFailed(lane: Lane, landing: Landing): Promise<number> {
  const present = new Set(landing.data.map(({ info }) => belowLanding(info)));
  let restored = 0;
  for (const control of landing.controls.values()) {
    const name = belowLanding(control);
    if (lane.state.archived.get(name)?.generation === control.generation) continue;
    for (const { spec } of lane.specs) {
      const waiting = dataNamesOf(spec, name).filter((data) => !present.has(data));
      for (const data of waiting) if (await restore(lane, spec, data)) restored += 1;
    }
  }
  return restored;
}

async function restore(lane: Lane, spec: SourceSpec, data: string): Promise<boolean> {
  const load = loadsOf(lane.state, spec.name, data).at(-1);
  if (load?.archived_as?.startsWith('failed/') !== true || !load.file_codes.includes('CONTROL_MISSING')) return false;
  const failed = await lane.store.stat(load.archived_as);
  if (failed === undefined) return false;
  try {
    await lane.store.copy(failed.name, `${LANDING}${data}`, { sourceGeneration: failed.generation });
  } catch (error) {
    if (!isMarketsError(error, 'STORE_EXISTS')) throw error;
  }
  lane.logger.log('info', 'failed_file_restored', { source: spec.name, object: data });
  return true;
}

/** The business date of a delivery: its name's, else its control file's, else the day it arrived in the source's time zone. */
import { readFile } from 'node:fs/promises';
import { readControlFile } from '../../core/engine/control/read-control-file.ts';
import { matchPath } from '../../core/spec/path-pattern.ts';
import type { SourceSpec } from '../../core/spec/source-spec.ts';
import type { Delivery } from '../gate/delivery.ts';
import type { Lane } from '../run/lane.ts';
import { loadsOf } from '../state/lane-state.ts';
import { arrivalDateOf } from './arrival.ts';
import { baseName } from './object-paths.ts';

export async function businessDateOf(
  lane: Lane,
  { spec, object, ...delivery }: Delivery,
  spooled: { readonly sha256: string; readonly controlPath: string | null },
): Promise<string> {
  const stated = matchPath(spec.source.path_pattern, object)?.businessDate ?? (await controlDate(spec, object, spooled.controlPath));
  if (stated !== null) return stated;
  // A file that is judged again keeps the day on which it first came.
  const before = loadsOf(lane.state, spec.name, object).find((load) => load.sha256 === spooled.sha256);
  return before?.business_date ?? arrivalDateOf(lane, { spec, object, ...delivery });
}

/** A control file that cannot be read states no date; that it cannot be read is the engine's finding. */
async function controlDate(spec: SourceSpec, object: string, controlPath: string | null): Promise<string | null> {
  if (controlPath === null || (spec.control_file?.business_date ?? null) === null) return null;
  const reading = readControlFile(await readFile(controlPath), spec, baseName(object));
  return reading.ok ? reading.statement.business_date : null;
}

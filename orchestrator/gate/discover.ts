/** Lists landing/ and tells what each object is: data of one source, a control file, nobody's, or not finished yet. */
import type { ObjectInfo, ObjectStore } from '../../core/ports/object-store.ts';
import { isControlFileName } from '../../core/spec/control-file-name.ts';
import { matchSource } from '../../core/spec/match-source.ts';
import { matchPath } from '../../core/spec/path-pattern.ts';
import type { SourceSpec } from '../../core/spec/source-spec.ts';
import { belowLanding, LANDING } from './delivery.ts';

/** Names that uploaders give to what they are still writing. */
const UNFINISHED = /\.(?:part|tmp)$/;

export interface Claimed {
  readonly spec: SourceSpec;
  readonly info: ObjectInfo;
}

export interface Landing {
  /** In ascending order of their names. */
  readonly data: readonly Claimed[];
  /** Control files by their name below landing/. */
  readonly controls: ReadonlyMap<string, ObjectInfo>;
  readonly unclaimed: readonly { readonly info: ObjectInfo; readonly reason: string }[];
}

export async function discover(store: ObjectStore, specs: readonly SourceSpec[]): Promise<Landing> {
  const data: Claimed[] = [];
  const controls = new Map<string, ObjectInfo>();
  const unclaimed: { info: ObjectInfo; reason: string }[] = [];
  const switchedOff = specs.filter((spec) => !spec.enabled);
  for await (const info of store.list(LANDING)) {
    const object = belowLanding(info);
    if (UNFINISHED.test(object)) continue;
    if (isControlFileName(specs, object)) {
      controls.set(object, info);
      continue;
    }
    const takers = matchSource(specs, object).map(({ spec }) => spec);
    const [spec] = takers;
    if (takers.length > 1) {
      unclaimed.push({ info, reason: `more than one source claims it: ${takers.map((one) => one.name).join(', ')}` });
    } else if (spec !== undefined) data.push({ spec, info });
    // A source that is switched off leaves its files where they are, and nobody misses them.
    else if (!switchedOff.some((off) => matchPath(off.source.path_pattern, object) !== undefined)) {
      unclaimed.push({ info, reason: 'no source claims its name' });
    }
  }
  return { data, controls, unclaimed };
}

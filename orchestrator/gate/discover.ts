/** Lists landing/ and tells what each object is: data of one source, a control file, nobody's, or not finished yet. */
import type { ObjectInfo, ObjectStore } from '../../core/ports/object-store.ts';
import type { SourceSpec } from '../../core/spec/source-spec.ts';
import { compareNames } from '../../core/ports/object-name.ts';
import { isControlName } from './control-name.ts';
import { belowLanding, LANDING } from './delivery.ts';
import { pathDate } from './path-date.ts';

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
  const claims = specs.map((spec) => ({ spec, path: new RegExp(spec.source.path_pattern.regex, 'u') }));
  for await (const info of store.list(LANDING)) {
    const object = belowLanding(info);
    if (UNFINISHED.test(object)) continue;
    if (specs.some((spec) => isControlName(spec, object))) {
      controls.set(object, info);
      continue;
    }
    const takers = claims.filter(({ path }) => path.test(object)).map(({ spec }) => spec);
    const [spec] = takers;
    if (spec === undefined) unclaimed.push({ info, reason: 'no source claims it' });
    else if (takers.length > 1) {
      unclaimed.push({ info, reason: `more than one source claims it: ${takers.map((one) => one.name).join(', ')}` });
    } else if (pathDate(spec, object) === 'invalid') unclaimed.push({ info, reason: 'its name holds a date that does not exist' });
    // A source that is switched off leaves its files where they are.
    else if (spec.enabled) data.push({ spec, info });
  }
  data.sort((left, right) => compareNames(left.info.name, right.info.name));
  return { data, controls, unclaimed };
}

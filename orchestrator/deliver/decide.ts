/** What a delivery is to the loads before it: a duplicate, a retry, a resupply or something new. Pure. */
import { loadId } from '../../core/identity/load-id.ts';
import type { SourceSpec } from '../../core/spec/source-spec.ts';
import { keyOf, loadsOf, type LaneState, type LoadState } from '../state/lane-state.ts';

export type Decision =
  | { readonly kind: 'duplicate'; readonly firstLoadId: string }
  | {
      readonly kind: 'judge';
      readonly loadId: string;
      readonly version: number;
      readonly attempt: number;
      /** Published loads that this one replaces when it is published. */
      readonly supersedes: readonly string[];
    };

export interface Content {
  readonly object: string;
  readonly sha256: string;
  readonly businessDate: string;
}

/**
 * Equal content of the same source and business date that stands accepted under this spec_version is a duplicate. The same name with
 * other content is the next version; with the same content it is judged again under its version.
 */
export function decide(state: LaneState, spec: SourceSpec, content: Content): Decision {
  const acceptedId = state.accepted.get(keyOf(spec.name, content.businessDate, content.sha256));
  const accepted = acceptedId === undefined ? undefined : state.loads.get(acceptedId);
  if (accepted?.spec_version === spec.spec_version) return { kind: 'duplicate', firstLoadId: accepted.load_id };

  const loads = loadsOf(state, spec.name, content.object);
  const version = versionOf(loads, content.sha256);
  const id = loadId({
    source: spec.name,
    object: content.object,
    sha256: content.sha256,
    version,
    spec_version: spec.spec_version,
  });
  const standing = loads.filter((load) => load.published && load.superseded_by === null);
  const replaced = standing.filter((load) => spec.processing.resupply === 'replace' || load.sha256 === content.sha256);
  const supersedes = new Set(replaced.map((load) => load.load_id));
  if (accepted !== undefined) supersedes.add(accepted.load_id);
  supersedes.delete(id);
  return { kind: 'judge', loadId: id, version, attempt: (state.loads.get(id)?.attempt ?? 0) + 1, supersedes: [...supersedes] };
}

function versionOf(loads: readonly LoadState[], sha256: string): number {
  let latest: LoadState | undefined;
  for (const load of loads) if (load.version >= (latest?.version ?? 0)) latest = load;
  if (latest === undefined) return 1;
  return latest.sha256 === sha256 ? latest.version : latest.version + 1;
}

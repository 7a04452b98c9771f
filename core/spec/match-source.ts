/** Which source an object belongs to. */
import { isControlFileName } from './control-file-name.ts';
import { matchPath } from './path-pattern.ts';
import type { SourceSpec } from './source-spec.ts';

export interface SourceMatch {
  readonly spec: SourceSpec;
  /** businessDate as YYYY-MM-DD where the pattern captures it. */
  readonly captures: { readonly businessDate: string | null };
}

/**
 * Every enabled spec whose pattern matches the name (below landing/). None: the object is unclaimed, or a control file.
 * Two: an error of the specs that loadSpecs has already named.
 */
export function matchSource(specs: readonly SourceSpec[], objectName: string): readonly SourceMatch[] {
  const matches = specs.flatMap((spec) => {
    const captures = spec.enabled ? matchPath(spec.source.path_pattern, objectName) : undefined;
    return captures === undefined ? [] : [{ spec, captures }];
  });
  return matches.length > 0 && isControlFileName(specs, objectName) ? [] : matches;
}

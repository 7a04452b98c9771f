/** The spec that judged a load, from its text under control/specs. */
import { MarketsError } from '../../core/errors/markets-error.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { parseSpec } from '../../core/spec/parse-spec.ts';
import type { SourceSpec } from '../../core/spec/source-spec.ts';
import { specObject } from './spec-object.ts';

/** SPEC_INVALID where a later engine does not read it any more. */
export async function specOfVersion(store: ObjectStore, specVersion: string, source: string): Promise<SourceSpec> {
  const text = (await store.read(specObject(specVersion))).toString();
  const parsed = parseSpec(text, `${source}.yaml`);
  if ('spec' in parsed) return parsed.spec;
  throw new MarketsError('SPEC_INVALID', `The spec that judged the loads of ${source} cannot be read any more.`, {
    place: { file: specObject(specVersion) },
    found: parsed.problems[0]?.message ?? 'problems',
  });
}

/** Whether every source spec can be read. */
import { loadSpecs } from '../../core/spec/load-specs.ts';
import { isMarketsError } from '../../core/errors/markets-error.ts';
import { attention, bad, good, type Check } from './check.ts';

export async function sourceSpecs(folder: string): Promise<Check> {
  const expected = 'every spec without a problem';
  try {
    const { specs, problems } = await loadSpecs(folder);
    if (problems.length > 0) {
      return bad('specs', `${problems.length} problems in ${folder}`, expected, 'markets validate-specs');
    }
    const enabled = specs.filter((spec) => spec.enabled).length;
    if (enabled === 0) return attention('specs', `none in ${folder}`, expected, 'docs/adding-a-source.md');
    return good('specs', `${enabled} of ${specs.length} enabled`, expected);
  } catch (error) {
    if (!isMarketsError(error, 'SPEC_NOT_FOUND')) throw error;
    return bad('specs', `no folder ${folder}`, expected, 'choose another --specs');
  }
}

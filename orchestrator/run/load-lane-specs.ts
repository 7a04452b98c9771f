/** The specs of a run with the text that each was read from. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MarketsError } from '../../core/errors/markets-error.ts';
import { requireSpecs } from '../../core/spec/load-specs.ts';
import type { LoadedSpec } from './lane.ts';

/** SPEC_INVALID where one of them is wrong. */
export async function loadLaneSpecs(folder: string): Promise<readonly LoadedSpec[]> {
  const specs = await requireSpecs(folder);
  return await Promise.all(
    specs.map(async (spec) => {
      const text = await readFile(join(folder, spec.spec_file));
      if (createHash('sha256').update(text).digest('hex') === spec.spec_version) return { spec, text };
      throw new MarketsError('SPEC_INVALID', 'The spec changed while it was read.', {
        place: { file: spec.spec_file },
        next: 'Call the command again.',
      });
    }),
  );
}

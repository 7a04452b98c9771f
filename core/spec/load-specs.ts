/** All specs of a folder, with what is wrong with each and with them together. */
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { MarketsError } from '../errors/markets-error.ts';
import { parseSpec } from './parse-spec.ts';
import type { SourceSpec } from './source-spec.ts';
import { fileClashes } from './file-clashes.ts';
import { placeOf, problemText, type SpecProblem } from './spec-problem.ts';
import { streamClashes } from './stream-clashes.ts';

export interface LoadedSpecs {
  /** Those without problems of their own, disabled ones too, by name. */
  readonly specs: readonly SourceSpec[];
  readonly problems: readonly SpecProblem[];
}

/** Reads every .yaml below the folder. Fails with SPEC_NOT_FOUND when there is no such folder; bad specs are returned. */
export async function loadSpecs(folder: string): Promise<LoadedSpecs> {
  const files = await specFiles(folder);
  const parsed = await Promise.all(files.map(async (file) => parseSpec(await readFile(join(folder, file), 'utf8'), file)));
  const placed = parsed.flatMap((each) => ('spec' in each ? [each] : [])).sort((a, b) => compare(a.spec.name, b.spec.name));
  const problems = parsed.flatMap((each) => ('problems' in each ? each.problems : []));
  const clashes = [...fileClashes(placed), ...streamClashes(placed, files)];
  return { specs: placed.map(({ spec }) => spec), problems: [...problems, ...clashes] };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The specs, all of them good; fails with SPEC_INVALID and every problem otherwise. */
export async function requireSpecs(folder: string): Promise<readonly SourceSpec[]> {
  const { specs, problems } = await loadSpecs(folder);
  const [first] = problems;
  if (first !== undefined) {
    throw new MarketsError(
      problems.every(({ unsupported }) => unsupported) ? 'SPEC_NOT_SUPPORTED' : 'SPEC_INVALID',
      problems.map(problemText).join('\n'),
      {
        place: placeOf(first),
        next: 'mend the specs; `markets validate-specs` checks them',
        details: { problems },
      },
    );
  }
  return specs;
}

async function specFiles(folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
      .sort();
  } catch (error) {
    throw new MarketsError('SPEC_NOT_FOUND', 'The folder of specs cannot be read.', {
      cause: error,
      expected: 'a folder of YAML files, one a source',
      found: folder,
      next: 'name it with --specs',
    });
  }
}

/** All specs of a folder, with what is wrong with each and with them together. */
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { MarketsError } from '../errors/markets-error.ts';
import { parsePathPattern, type PatternPart } from './path-pattern.ts';
import { overlapWitness } from './pattern-overlap.ts';
import { parseSpec, type SpecPlace } from './parse-spec.ts';
import type { SourceSpec } from './source-spec.ts';
import { placeOf, problemText, type SpecProblem } from './spec-problem.ts';

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
  return { specs: placed.map(({ spec }) => spec), problems: [...problems, ...sameNames(placed), ...overlaps(placed)] };
}

interface PlacedSpec {
  readonly spec: SourceSpec;
  readonly patternPlace: SpecPlace;
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

function sameNames(placed: readonly PlacedSpec[]): readonly SpecProblem[] {
  return placed.flatMap(({ spec, patternPlace }, index) => {
    const earlier = placed[index - 1]?.spec;
    if (earlier?.name !== spec.name) {
      return [];
    }
    const message = `Two files are the source ${spec.name}.`;
    const details = { path: 'name', message, expected: 'a name of its own', found: earlier.spec_file };
    return [{ ...place(patternPlace), ...details, unsupported: false }];
  });
}

/** Two enabled specs whose patterns can match one name, with a shortest such name. */
function overlaps(placed: readonly PlacedSpec[]): readonly SpecProblem[] {
  const patterns = placed.filter(({ spec }) => spec.enabled).map((each) => ({ ...each, parts: partsOf(each.spec) }));
  return patterns.flatMap(({ spec, patternPlace, parts }, index) =>
    patterns.slice(0, index).flatMap((earlier): SpecProblem[] => {
      const witness = overlapWitness(earlier.parts, parts);
      if (witness === undefined) {
        return [];
      }
      const message = `One name can match two sources: ${witness} is matched by ${earlier.spec.name} too.`;
      const expected = `a pattern apart from ${earlier.spec.source.path_pattern.text}`;
      const found = spec.source.path_pattern.text;
      return [{ ...place(patternPlace), path: 'source.path_pattern', message, expected, found, unsupported: false }];
    }),
  );
}

function place({ file, line, column }: SpecPlace): SpecPlace {
  return { file, line, column };
}

function partsOf(spec: SourceSpec): readonly PatternPart[] {
  const parsed = parsePathPattern(spec.source.path_pattern.text);
  return parsed.ok ? parsed.parts : [];
}

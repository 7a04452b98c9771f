/** The spec that a person names: by the name of the source, or by the path of its file. */
import { readFile, readdir } from 'node:fs/promises';
import { basename, join, relative, resolve, sep } from 'node:path';
import { MarketsError } from '../../core/errors/markets-error.ts';
import { parseSpec } from '../../core/spec/parse-spec.ts';
import type { SourceSpec } from '../../core/spec/source-spec.ts';
import { placeOf, problemText } from '../../core/spec/spec-problem.ts';
import { nearestWord } from '../../core/types/nearest-word.ts';

export interface SpecFolders {
  /** Where specs lie. */
  readonly specs: string;
  /** Where relative paths count from. */
  readonly workingFolder: string;
}

const SPEC_FILE = /\.ya?ml$/;

/** Reads that one spec only. SPEC_NOT_FOUND where there is none; SPEC_INVALID or SPEC_NOT_SUPPORTED with every problem. */
export async function findSpec(nameOrPath: string, folders: SpecFolders): Promise<SourceSpec> {
  const isPath = SPEC_FILE.test(nameOrPath) || nameOrPath.includes('/') || nameOrPath.includes(sep);
  const path = isPath ? resolve(folders.workingFolder, nameOrPath) : await pathOfName(nameOrPath, folders.specs);
  const inside = relative(folders.specs, path);
  const file = inside.startsWith('..') ? basename(path) : inside.split(sep).join('/');
  const parsed = parseSpec(await textOf(path), file);
  if ('spec' in parsed) return parsed.spec;
  const [first] = parsed.problems;
  throw new MarketsError(
    parsed.problems.every(({ unsupported }) => unsupported) ? 'SPEC_NOT_SUPPORTED' : 'SPEC_INVALID',
    parsed.problems.map(problemText).join('\n'),
    {
      ...(first === undefined ? {} : { place: placeOf(first) }),
      next: 'mend the spec; `markets validate-specs` checks all of them',
      details: { problems: parsed.problems },
    },
  );
}

async function pathOfName(name: string, folder: string): Promise<string> {
  const files = await readdir(folder, { recursive: true }).catch(() => []);
  const specs = files.filter((file) => SPEC_FILE.test(file));
  const nameOf = (file: string): string => basename(file).replace(SPEC_FILE, '');
  const found = specs.find((file) => nameOf(file) === name);
  if (found !== undefined) return join(folder, found);
  const nearest = nearestWord(name, specs.map(nameOf));
  throw new MarketsError('SPEC_NOT_FOUND', `No source spec has the name ${name}.`, {
    expected: nearest === undefined ? `a YAML file of that name below ${folder}` : `a name such as ${nearest}`,
    found: name,
    next: 'name a spec of --specs, or give the path of a YAML file',
  });
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new MarketsError('SPEC_NOT_FOUND', 'The source spec cannot be read.', {
      cause: error,
      expected: 'a YAML file',
      found: path,
      next: 'give the name of a source or the path of its spec',
    });
  }
}

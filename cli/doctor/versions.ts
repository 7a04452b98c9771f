/** Versions of what runs here against what the locks name. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { bad, good, type Check } from './check.ts';

const NODE_MAJOR = 24;
/** One version in npm and in PyPI: two would read and write different files. */
export const DUCKDB_VERSION = '1.5.5';
const INSTALL = 'make install';
/** Python starts in well under a second; more means that something hangs. */
const PYTHON_TIMEOUT_MS = 20_000;

export function nodeVersion(): Check {
  const found = process.versions.node;
  const expected = `>= ${NODE_MAJOR}`;
  return Number(found.split('.')[0]) >= NODE_MAJOR ? good('node', found, expected) : bad('node', found, expected, INSTALL);
}

interface LockedPackage {
  readonly version?: string;
  readonly optional?: boolean;
  /** Only to check and test: an image leaves all of these out. */
  readonly dev?: boolean;
}

/** Every package that package-lock.json names for this platform, by the version in its own package.json. */
export async function npmPackages(home: string): Promise<Check> {
  const lock = JSON.parse(await readFile(join(home, 'package-lock.json'), 'utf8')) as {
    readonly packages: Readonly<Record<string, LockedPackage>>;
  };
  const named = Object.entries(lock.packages).filter(([path]) => path !== '');
  const versions = await Promise.all(
    named.map(async ([path, locked]) => ({ path, locked, found: await packageVersion(join(home, path)) })),
  );
  // One of them that is there says that the others should be: a checkout. None: an image.
  const isImage = !versions.some(({ locked, found }) => locked.dev === true && found !== undefined);
  const wanted = versions.filter(({ locked }) => !(isImage && locked.dev === true));
  const problems = wanted
    .filter(({ locked, found }) => found !== locked.version && !(found === undefined && locked.optional === true))
    .map(({ path, locked, found }) => `${path.slice('node_modules/'.length)} ${found ?? 'is missing'}, locked ${locked.version ?? '?'}`);
  const expected = `${wanted.length} as locked`;
  return problems.length === 0
    ? good('npm packages', expected, expected)
    : bad('npm packages', `${problems.length} differ: ${problems.slice(0, 3).join('; ')}`, expected, INSTALL);
}

export async function duckdbNode(home: string): Promise<Check> {
  const found = (await packageVersion(join(home, 'node_modules/@duckdb/node-api')))?.replace(/-r\.\d+$/, '');
  return versionCheck('duckdb (npm)', found, DUCKDB_VERSION);
}

/** dbt and DuckDB of the Python environment that dbt runs in, against scripts/python/requirements.lock. */
export async function pythonPackages(home: string): Promise<readonly Check[]> {
  const lock = await readFile(join(home, 'scripts/python/requirements.lock'), 'utf8');
  const names = ['duckdb', 'dbt-core', 'dbt-duckdb'];
  const program = `from importlib.metadata import version\nfor n in ${JSON.stringify(names)}: print(version(n))`;
  const found = await promisify(execFile)(join(home, '.tools/python/bin/python'), ['-c', program], { timeout: PYTHON_TIMEOUT_MS })
    .then(({ stdout }) => stdout.trim().split('\n'))
    // An environment that is not there is what the check reports.
    .catch(() => [] as string[]);
  return names.map((name, index) => {
    const locked = new RegExp(`^${name}==(\\S+)`, 'm').exec(lock)?.[1] ?? 'in the lock';
    return versionCheck(`${name} (Python)`, found[index], name === 'duckdb' ? DUCKDB_VERSION : locked);
  });
}

function versionCheck(name: string, found: string | undefined, expected: string): Check {
  return found === expected ? good(name, found, expected) : bad(name, found ?? 'none', expected, INSTALL);
}

async function packageVersion(folder: string): Promise<string | undefined> {
  try {
    const content = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { readonly version?: string };
    return content.version;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

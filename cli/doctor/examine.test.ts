import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readEnvironment } from '../framework/environment.ts';
import { readSettings } from '../framework/settings.ts';
import { publishedCommandOutputs } from '../published-outputs.ts';
import { configuration } from './configuration.ts';
import { examine } from './examine.ts';
import { rootFolder } from './folders.ts';
import { sourceSpecs } from './source-specs.ts';
import { npmPackages, pythonPackages } from './versions.ts';

const environment = readEnvironment();
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'markets-doctor-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

test('this checkout is as its locks say: npm and Python hold the same DuckDB', async () => {
  const checks = await examine(readSettings({ root: folder }, environment), environment);
  expect(checks.filter(({ status, name }) => status !== 'good' && name !== 'disk')).toEqual([]);
  const versions = checks.filter(({ name }) => name.startsWith('duckdb')).map(({ found }) => found);
  expect(versions).toEqual(['1.5.5', '1.5.5']);
  const isDoctor = new Ajv2020().compile(publishedCommandOutputs()['doctor-data.schema.json'] ?? {});
  expect(isDoctor({ checks }), JSON.stringify(isDoctor.errors)).toBe(true);
});

test('a package of another version than the lock is found, and one that is missing', async () => {
  const home = join(folder, 'home');
  await mkdir(join(home, 'node_modules/there'), { recursive: true });
  await writeFile(join(home, 'node_modules/there/package.json'), '{"version": "1.0.1"}');
  const packages = { '': {}, 'node_modules/there': { version: '1.0.0' }, 'node_modules/gone': { version: '2.0.0' } };
  await writeFile(join(home, 'package-lock.json'), JSON.stringify({ packages }));
  expect(await npmPackages(home)).toMatchObject({
    status: 'bad',
    found: '2 differ: there 1.0.1, locked 1.0.0; gone is missing, locked 2.0.0',
    next: 'make install',
  });
});

test('packages of the development may be left out, all of them or none', async () => {
  const home = join(folder, 'image');
  const put = async (name: string): Promise<void> => {
    await mkdir(join(home, 'node_modules', name), { recursive: true });
    await writeFile(join(home, 'node_modules', name, 'package.json'), '{"version": "1.0.0"}');
  };
  await put('there');
  const dev = { version: '1.0.0', dev: true };
  const packages = { '': {}, 'node_modules/there': { version: '1.0.0' }, 'node_modules/checker': dev, 'node_modules/linter': dev };
  await writeFile(join(home, 'package-lock.json'), JSON.stringify({ packages }));
  expect(await npmPackages(home)).toMatchObject({ status: 'good', found: '1 as locked' });
  await put('checker');
  expect(await npmPackages(home)).toMatchObject({ status: 'bad', found: '1 differ: linter is missing, locked 1.0.0' });
});

test('a Python environment that is not there is found', async () => {
  const home = join(folder, 'no-python');
  await mkdir(join(home, 'scripts/python'), { recursive: true });
  await writeFile(join(home, 'scripts/python/requirements.lock'), 'duckdb==1.5.5\ndbt-core==1.12.6\ndbt-duckdb==1.11.0\n');
  const checks = await pythonPackages(home);
  expect(checks.map(({ status, expected }) => `${status} ${expected}`)).toEqual(['bad 1.5.5', 'bad 1.12.6', 'bad 1.11.0']);
});

test('a configuration that is wrong is found, with its line', async () => {
  const config = join(folder, 'config');
  await mkdir(config);
  await writeFile(join(config, 'int.yaml'), 'environment: int\nlane:\n  files: 3\n');
  expect(await configuration({ config, env: 'int' })).toMatchObject({
    status: 'bad',
    found: expect.stringMatching(/int\.yaml:3: lane\.files/) as string,
  });
  expect(await configuration({ config, env: 'prod' })).toMatchObject({ status: 'bad' });
});

test('a root that is a file, and specs that are not there or wrong, are found', async () => {
  const file = join(folder, 'a-file');
  await writeFile(file, '');
  expect(await rootFolder(file)).toMatchObject({ status: 'bad', next: 'choose another --root' });
  expect(await sourceSpecs(join(folder, 'nowhere'))).toMatchObject({ status: 'bad' });
  await mkdir(join(folder, 'specs'));
  expect(await sourceSpecs(join(folder, 'specs'))).toMatchObject({ status: 'attention' });
  await writeFile(join(folder, 'specs', 'wrong.yaml'), 'name: wrong\n');
  expect(await sourceSpecs(join(folder, 'specs'))).toMatchObject({ status: 'bad', next: 'markets validate-specs' });
});

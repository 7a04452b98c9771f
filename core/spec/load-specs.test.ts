import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isControlFileName, controlFileName } from './control-file-name.ts';
import { loadSpecs, requireSpecs } from './load-specs.ts';
import { matchSource } from './match-source.ts';
import { minimalSpecWith } from './test-support/minimal-spec.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'specs-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function put(name: string, pattern: string, more = ''): Promise<void> {
  await mkdir(join(folder, 'trading'), { recursive: true });
  const text = minimalSpecWith('name: murex_trades', `name: ${name}`).replace('murex/trades_{business_date:%Y%m%d}.csv', pattern);
  await writeFile(join(folder, 'trading', `${name}.yaml`), text + more);
}

describe('loadSpecs', () => {
  it('gives specs by name, disabled ones too', async () => {
    await put('zeta', 'z/*.csv');
    await put('alpha', 'a/*.csv', 'enabled: false\n');
    const { specs, problems } = await loadSpecs(folder);
    expect(problems).toEqual([]);
    expect(specs.map(({ name, enabled, spec_file }) => [name, enabled, spec_file])).toEqual([
      ['alpha', false, 'trading/alpha.yaml'],
      ['zeta', true, 'trading/zeta.yaml'],
    ]);
  });

  it('names two patterns that can match one name, with such a name', async () => {
    await put('alpha', 'a/trades_*.csv');
    await put('beta', 'a/*_final.csv');
    const { problems } = await loadSpecs(folder);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ file: 'trading/beta.yaml', line: 6, path: 'source.path_pattern', found: 'a/*_final.csv' });
    expect(problems[0]?.message).toContain('is matched by alpha too');
  });

  it('lets a disabled source overlap', async () => {
    await put('alpha', 'a/*.csv', 'enabled: false\n');
    await put('beta', 'a/*.csv');
    expect((await loadSpecs(folder)).problems).toEqual([]);
  });

  it('keeps the good specs beside a bad one', async () => {
    await put('alpha', 'a/*.csv');
    await put('beta', 'b/*.csv', 'colour: red\n');
    const { specs, problems } = await loadSpecs(folder);
    expect(specs.map(({ name }) => name)).toEqual(['alpha']);
    expect(problems.map(({ path }) => path)).toEqual(['colour']);
    await expect(requireSpecs(folder)).rejects.toMatchObject({ code: 'SPEC_INVALID' });
  });

  it('says when there is no folder', async () => {
    await expect(loadSpecs(join(folder, 'none'))).rejects.toMatchObject({ code: 'SPEC_NOT_FOUND' });
  });
});

describe('matchSource', () => {
  it('gives the source and the business date', async () => {
    await put('alpha', 'a/t_{business_date:%Y%m%d}.csv');
    const { specs } = await loadSpecs(folder);
    const [match] = matchSource(specs, 'a/t_20230130.csv.gz');
    expect([match?.spec.name, match?.captures.businessDate]).toEqual(['alpha', '2023-01-30']);
    expect(matchSource(specs, 'a/t_20230130.csv.zst')).toHaveLength(1);
    expect(matchSource(specs, 'a/t_20230230.csv')).toEqual([]);
    expect(matchSource(specs, 'b/t_20230130.csv')).toEqual([]);
  });

  it('never takes a control file as data, even where a pattern matches it', async () => {
    await put('alpha', 'a/t_*.csv', "control_file: {type: sidecar_csv, pattern: '{filename}_ctrl.csv', row_count_field: rows}\n");
    const { specs } = await loadSpecs(folder);
    const [spec] = specs;
    expect(spec && controlFileName(spec, 'a/t_1.csv.gz')).toBe('a/t_1_ctrl.csv');
    expect(spec && controlFileName(spec, 'a/t_1.csv.zst')).toBe('a/t_1_ctrl.csv');
    expect(isControlFileName(specs, 'a/t_1_ctrl.csv')).toBe(true);
    expect(matchSource(specs, 'a/t_1_ctrl.csv')).toEqual([]);
    expect(matchSource(specs, 'a/t_1.csv')).toHaveLength(1);
  });

  it('matches enabled specs only', async () => {
    await put('alpha', 'a/*.csv', 'enabled: false\n');
    expect(matchSource((await loadSpecs(folder)).specs, 'a/x.csv')).toEqual([]);
  });
});

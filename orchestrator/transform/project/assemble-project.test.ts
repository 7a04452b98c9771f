import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TRADE_ID_NAMESPACE } from '../../../core/identity/trade-id.ts';
import { canonicalSpec } from '../test-support/canonical-spec.ts';
import { assembleProject, DBT_PROJECT_FOLDER } from './assemble-project.ts';
import { generatedFiles } from './generated-files.ts';
import { profile } from './profile.ts';
import { DUCKDB } from './warehouse-target.ts';

const murex = canonicalSpec({ name: 'murex', entity: 'trades' });
const traders = canonicalSpec({ name: 'traders', entity: 'traders' });
let root = '';

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'assemble-'));
});
afterAll(async () => {
  await rm(root, { recursive: true, force: true });
});

describe('the assembled project', () => {
  it('is written once, changed only where the specs change, and loses what no longer belongs', async () => {
    const first = await assembleProject(root, [murex, traders]);
    expect(first.written).toContain('models/generated/staging/stg_traders.sql');
    expect(await assembleProject(root, [traders, murex])).toEqual({ ...first, written: [], removed: [] });
    const fewer = await assembleProject(root, [murex]);
    expect(fewer.removed).toEqual(['models/generated/staging/stg_traders.sql']);
    expect(fewer.digest).not.toBe(first.digest);
    expect(fewer.written).toEqual([
      'models/generated/control/sources.sql',
      'models/generated/_generated.yml',
      'models/generated/records/int_traders.sql',
    ]);
  });

  it('leaves alone what dbt itself keeps there', async () => {
    const { folder } = await assembleProject(root, [murex]);
    await writeFile(join(folder, '.user.yml'), 'id: x\n');
    expect((await assembleProject(root, [murex])).removed).toEqual([]);
    expect((await stat(join(folder, '.user.yml'))).size).toBe(6);
  });

  it('leaves out a source that is not enabled', async () => {
    const { removed } = await assembleProject(root, [{ ...murex, enabled: false }]);
    expect(removed).toEqual(['models/generated/staging/stg_murex.sql']);
  });

  it('takes a staging model that was written by hand instead of the generated one', () => {
    const paths = (handWritten: readonly string[]): readonly string[] =>
      generatedFiles({ rootFolder: '/root', specs: [murex], handWritten: new Set(handWritten), warehouse: DUCKDB }).map(
        (file) => file.path,
      );
    expect(paths([])).toContain('models/generated/staging/stg_murex.sql');
    expect(paths(['models/staging/stg_murex.sql'])).not.toContain('models/generated/staging/stg_murex.sql');
  });

  it('bounds the memory of DuckDB where the configuration does', () => {
    const settings = (memory_mb: number | null): string => profile('/root', { kind: 'duckdb', memory_mb }).content;
    expect(settings(700)).toContain("memory_limit: '700MiB'");
    expect(settings(null)).not.toContain('memory_limit');
  });

  it('hashes identities in the namespace that TypeScript hashes in', async () => {
    const macro = await readFile(join(DBT_PROJECT_FOLDER, 'macros/identity/trade_id.sql'), 'utf8');
    expect(/macro trade_id_namespace\(\) -%\}([0-9a-f-]+)\{%/.exec(macro)?.[1]).toBe(TRADE_ID_NAMESPACE);
  });
});

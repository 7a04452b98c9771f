/** `markets doctor` on a warehouse in BigQuery: which datasets are missing, and why. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BQEMULATOR, startBigqueryEmulator, type BigqueryEmulator } from '../servers/bigquery.ts';
import { freePort } from '../servers/free-port.ts';
import { serverOrSkip } from '../servers/server-tool.ts';
import { marketsJson } from '../support/command-line.ts';

const LAYERS = ['raw', 'staging', 'snapshots', 'dimensions', 'curation', 'consumer', 'control'];

interface Checks {
  readonly checks: readonly { readonly name: string; readonly status: string; readonly found: string; readonly next: string }[];
}

serverOrSkip(BQEMULATOR, 'markets doctor on BigQuery', () => {
  let emulator: BigqueryEmulator;
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'markets-doctor-'));
    emulator = await startBigqueryEmulator();
    for (const layer of LAYERS.slice(0, 5)) {
      const datasetReference = { projectId: emulator.project, datasetId: `x_${layer}` };
      const body = JSON.stringify({ datasetReference, location: 'EU' });
      const headers = { 'content-type': 'application/json' };
      await fetch(`${emulator.endpoint}/bigquery/v2/projects/${emulator.project}/datasets`, { method: 'POST', headers, body });
    }
  });
  afterAll(async () => {
    await emulator.stop();
    await rm(folder, { recursive: true });
  });

  async function doctor(endpoint: string): Promise<{ exitCode: number | null; datasets: Checks['checks'] }> {
    const warehouse = `{ kind: bigquery, project: ${emulator.project}, location: EU, dataset_prefix: x_, api_endpoint: '${endpoint}' }`;
    await writeFile(join(folder, 'int.yaml'), `environment: int\nwarehouse: ${warehouse}\n`);
    const words = ['--root', join(folder, 'data'), '--env', 'int', '--config', folder, '--attention-ok', 'doctor'];
    const { exitCode, data } = await marketsJson(words);
    return { exitCode, datasets: (data as Checks).checks.filter(({ name }) => /^(dataset|BigQuery) /.test(name)) };
  }

  test('those that are missing are named, with what makes them', async () => {
    const { exitCode, datasets } = await doctor(emulator.endpoint);
    expect(exitCode).toBe(2);
    const named = LAYERS.map((layer, index) => `dataset test.x_${layer} ${index < 5 ? 'good' : 'bad'}`);
    expect(datasets.map(({ name, status }) => `${name} ${status}`)).toEqual([...named, 'BigQuery jobs good']);
    for (const { next } of datasets.filter(({ status }) => status === 'bad')) expect(next).toContain('terraform apply');
  });

  test('a service that does not answer is said', async () => {
    const { exitCode, datasets } = await doctor(`http://127.0.0.1:${String(await freePort())}`);
    expect(exitCode).toBe(2);
    expect(datasets.every(({ found, next }) => found.startsWith('WAREHOUSE_UNAVAILABLE') && next.includes('network'))).toBe(true);
  });
});

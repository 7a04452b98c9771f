/** `markets doctor` on a root in buckets: which of them cannot be read, and why. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FAKE_GCS_SERVER, startFakeGcsServer, type FakeGcsServer } from '../servers/fake-gcs-server.ts';
import { freePort } from '../servers/free-port.ts';
import { serverOrSkip } from '../servers/server-tool.ts';
import { marketsJson } from '../support/command-line.ts';

const BUCKETS = ['landing', 'staging', 'quarantine', 'failed', 'archive', 'extracts', 'history', 'reports', 'control', 'journal'];

interface Checks {
  readonly checks: readonly { readonly name: string; readonly status: string; readonly found: string; readonly next: string }[];
}

serverOrSkip(FAKE_GCS_SERVER, 'markets doctor on buckets', () => {
  let server: FakeGcsServer;
  let folder = '';
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'markets-doctor-'));
    server = await startFakeGcsServer({ buckets: [...BUCKETS.map((name) => `whole-${name}`), 'partly-landing'] });
  });
  afterAll(async () => {
    await server.stop();
    rmSync(folder, { recursive: true });
  });

  async function doctor(root: string, endpoint: string): Promise<{ exitCode: number | null; buckets: Checks['checks'] }> {
    writeFileSync(join(folder, 'int.yaml'), `environment: int\nstore:\n  api_endpoint: ${endpoint}\n`);
    const { exitCode, data } = await marketsJson(['--root', root, '--env', 'int', '--config', folder, '--attention-ok', 'doctor']);
    return { exitCode, buckets: (data as Checks).checks.filter(({ name }) => name.startsWith('bucket ')) };
  }

  test('all of them are there', async () => {
    const { exitCode, buckets } = await doctor('gs://whole', server.endpoint);
    expect(exitCode).toBe(0);
    expect(buckets.map(({ name, status }) => `${name} ${status}`)).toEqual(BUCKETS.map((name) => `bucket whole-${name} good`));
  });

  test('those that are missing are named, with what makes them', async () => {
    const { exitCode, buckets } = await doctor('gs://partly', server.endpoint);
    expect(exitCode).toBe(2);
    expect(buckets.filter(({ status }) => status === 'good').map(({ name }) => name)).toEqual(['bucket partly-landing']);
    const missing = buckets.filter(({ status }) => status === 'bad');
    expect(missing).toHaveLength(BUCKETS.length - 1);
    for (const { found, next } of missing) {
      expect(found).toContain('STORE_NO_BUCKET');
      expect(next).toContain('terraform apply');
    }
  });

  test('a service that does not answer is said within a minute', async () => {
    const started = performance.now();
    const { exitCode, buckets } = await doctor('gs://whole', `http://127.0.0.1:${String(await freePort())}`);
    expect(exitCode).toBe(2);
    expect(buckets.every(({ found, next }) => found.startsWith('STORE_UNAVAILABLE') && next.includes('network'))).toBe(true);
    expect(performance.now() - started).toBeLessThan(60_000);
  });
});

/** What builds and deploys says what is missing before it changes anything, and gives an environment the image by its digest. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KUBECTL, manifestsOf, OVERLAYS } from '../servers/kubectl.ts';
import { serverOrSkip } from '../servers/server-tool.ts';
import { HOME } from '../support/command-line.ts';
import { jobsOf } from '../support/deployment/manifest.ts';

const DIGEST = `sha256:${'5a'.repeat(32)}`;
const IMAGE = `europe-west1-docker.pkg.dev/markets-int/markets/lane@${DIGEST}`;

let home = '';
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'markets-nobody-'));
});
afterAll(() => {
  rmSync(home, { recursive: true });
});

/** Of somebody who has no credentials, no cluster and no Docker daemon. */
function script(
  name: string,
  words: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): { status: number | null; stdout: string; stderr: string } {
  const env = {
    PATH: process.env['PATH'],
    HOME: home,
    DOCKER_HOST: `unix://${home}/none.sock`,
    KUBECONFIG: join(home, 'none'),
    ...variables,
  };
  const { status, stdout, stderr } = spawnSync(join(HOME, 'scripts', name), words, { encoding: 'utf8', env });
  return { status, stdout, stderr };
}

describe('scripts/docker-build.sh', () => {
  test('says that there is no Docker', () => {
    const { status, stderr } = script('docker-build.sh', []);
    expect(status).toBe(2);
    expect(stderr).toMatch(/expected (the program docker|a Docker daemon), found none/);
  });

  test('refuses a word that it does not know', () => {
    expect(script('docker-build.sh', ['--all']).status).toBe(64);
  });
});

describe('scripts/deploy.sh', () => {
  test('names everything that is missing at once, and changes nothing', () => {
    const { status, stderr } = script('deploy.sh', ['int']);
    expect(status).toBe(2);
    for (const text of ['IMAGE=', "a cluster in kubectl's configuration", 'credentials of Google Cloud', 'nothing was changed'])
      expect(stderr).toContain(text);
  });

  test('asks for no cluster where Cloud Run runs the lane', () => {
    const { status, stderr } = script('deploy.sh', ['prod'], { RUN_ON: 'cloud_run', IMAGE });
    expect(status).toBe(2);
    expect(stderr).toContain('credentials of Google Cloud');
    expect(stderr).not.toMatch(/cluster|IMAGE=/);
  });

  test('refuses an environment that is none', () => {
    expect(script('deploy.sh', ['local'])).toMatchObject({ status: 64 });
    expect(script('deploy.sh', ['int'], { RUN_ON: 'nomad' })).toMatchObject({ status: 64 });
  });
});

serverOrSkip(KUBECTL, 'scripts/deploy-lane.sh', () => {
  test.each(OVERLAYS)('renders %s with the image by its digest in every job', (environment) => {
    const { status, stdout, stderr } = script('deploy-lane.sh', [environment, IMAGE, '--render']);
    expect(status, stderr).toBe(0);
    const images = jobsOf(manifestsOf(stdout)).flatMap(({ job }) => job.template.spec.containers.map(({ image }) => image));
    expect(images.length).toBeGreaterThan(0);
    expect(new Set(images)).toEqual(new Set([IMAGE]));
  });

  test.each([IMAGE.replace(/@.*/, ':1.0.0'), 'lane', `${IMAGE}0`, ''])('refuses an image without a digest: %s', (image) => {
    expect(script('deploy-lane.sh', ['int', image, '--render'])).toMatchObject({ status: 64, stdout: '' });
  });

  test('applies nothing where no cluster is named', () => {
    const { status, stderr } = script('deploy-lane.sh', ['int', IMAGE]);
    expect(status).toBe(2);
    expect(stderr).toContain('get-credentials');
  });
});

/** The files of the deployment, as the tools of their makers judge them. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ACTIONLINT, CYCLONEDX, HADOLINT, KUBERNETES_VALIDATE, pathWith, SHELLCHECK } from '../servers/deployment-checks.ts';
import { KUBECTL, OVERLAYS, renderOverlay } from '../servers/kubectl.ts';
import { programOf, serverOrSkip } from '../servers/server-tool.ts';
import { HOME } from '../support/command-line.ts';

/** From the oldest that clusters of the regular channel may still have to the newest that the tool knows. */
const KUBERNETES_VERSIONS = ['1.32', '1.37'];

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'markets-deployment-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function judge(program: string, words: readonly string[], path = process.env['PATH']): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(program, words, { cwd: HOME, encoding: 'utf8', env: { ...process.env, PATH: path } });
  return { status, output: `${stdout}${stderr}` };
}

serverOrSkip([KUBECTL, KUBERNETES_VALIDATE], "Kubernetes' own schemas", () => {
  const validate = (files: readonly string[], version: string): ReturnType<typeof judge> =>
    judge(programOf(KUBERNETES_VALIDATE), ['--strict', '-k', version, ...files]);

  test.each(KUBERNETES_VERSIONS)('Kubernetes %s takes every object of both environments, with every component', (version) => {
    const files = OVERLAYS.map((overlay) => {
      const file = join(folder, `${overlay}.yaml`);
      writeFileSync(file, renderOverlay(overlay, readdirSync(join(HOME, 'orchestrator/k8s/components'))));
      return file;
    });
    const { status, output } = validate(files, version);
    expect(status, output).toBe(0);
    expect(output.match(/passed for resource/g)?.length).toBeGreaterThanOrEqual(2 * 7);
  });

  test.each(KUBERNETES_VERSIONS)('Kubernetes %s takes every object of its own of the streams', (version) => {
    const files = OVERLAYS.map((overlay) => {
      const file = join(folder, `streaming-${overlay}.yaml`);
      // PodMonitoring is no kind of Kubernetes: Managed Service for Prometheus brings it, and no registry has its schema.
      const objects = renderOverlay(overlay, [], 'streaming').split('\n---\n');
      writeFileSync(file, objects.filter((object) => !object.includes('kind: PodMonitoring')).join('\n---\n'));
      return file;
    });
    const { status, output } = validate(files, version);
    expect(status, output).toBe(0);
    expect(output.match(/passed for resource/g)?.length).toBeGreaterThanOrEqual(2 * 10);
  });

  test('a key that Kubernetes does not know is refused', () => {
    const file = join(folder, 'wrong.yaml');
    writeFileSync(file, renderOverlay('int').replace('concurrencyPolicy:', 'concurrencyPolice:'));
    expect(validate([file], '1.32').status).not.toBe(0);
  });
});

serverOrSkip(HADOLINT, 'hadolint', () => {
  const dockerfiles = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*Dockerfile'], {
    cwd: HOME,
    encoding: 'utf8',
  });

  test.each(dockerfiles.trim().split('\n'))('%s has nothing against it, and names its base images by exact tag', (file) => {
    const { status, output } = judge(programOf(HADOLINT), ['--failure-threshold', 'style', file]);
    expect(status, output).toBe(0);
    const bases = [...readFileSync(join(HOME, file), 'utf8').matchAll(/^FROM (\S+)/gm)].map((match) => match[1] ?? '');
    expect(bases.filter((base) => !/^[a-z/]+:\d+\.\d+\.\d+-[a-z-]+(@sha256:[0-9a-f]{64})?$/.test(base))).toEqual([]);
  });

  test('a base image without a tag is refused', () => {
    const file = join(folder, 'Dockerfile');
    writeFileSync(file, 'FROM node\n');
    expect(judge(programOf(HADOLINT), [file]).output).toContain('DL3006');
  });
});

serverOrSkip(SHELLCHECK, 'shellcheck', () => {
  const scripts = execFileSync(
    'git',
    ['ls-files', '--cached', '--others', '--exclude-standard', 'scripts/*.sh', 'bin/markets', '.ci/run'],
    {
      cwd: HOME,
      encoding: 'utf8',
    },
  );

  test.each(
    scripts
      .trim()
      .split('\n')
      .filter((file) => !file.startsWith('scripts/servers/')),
  )('%s holds no trap of the shell', (file) => {
    const { status, output } = judge(programOf(SHELLCHECK), ['--severity', 'warning', file]);
    expect(status, output).toBe(0);
  });
});

serverOrSkip([ACTIONLINT, SHELLCHECK], 'actionlint', () => {
  const path = pathWith(dirname(programOf(SHELLCHECK)));

  test('the workflows have nothing against them, the shell in them included', () => {
    const { status, output } = judge(programOf(ACTIONLINT), ['-color=false'], path);
    expect(status, output).toBe(0);
  });

  test('a quote that is missing in the shell of a step is found', () => {
    const file = join(folder, 'wrong.yml');
    writeFileSync(
      file,
      'on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: |\n          x="$(date)"\n          rm $x\n',
    );
    expect(judge(programOf(ACTIONLINT), ['-color=false', file], path).output).toContain('SC2086');
  });
});

serverOrSkip(CYCLONEDX, 'the bill of materials', () => {
  test('names every package of the locks that an image holds, and no time', () => {
    const { status, output } = judge('node', ['scripts/sbom.ts']);
    expect(status, output).toBe(0);
    const texts = ['npm', 'python'].map((name) => readFileSync(join(HOME, '.tools/sbom', `${name}.cdx.json`), 'utf8'));
    expect(texts.join('')).not.toMatch(/"timestamp"|"serialNumber"/);
    const [npm, python] = texts.map((text) => JSON.parse(text) as Bill);
    for (const bill of [npm, python]) expect(bill).toMatchObject({ bomFormat: 'CycloneDX', specVersion: '1.5' });
    const { dependencies } = JSON.parse(readFileSync(join(HOME, 'package.json'), 'utf8')) as { dependencies: Record<string, string> };
    expect(missing(npm, Object.entries(dependencies), 'npm')).toEqual([]);
    expect(npm?.components.filter(({ name }) => name === 'vitest')).toEqual([]);
    const lock = readFileSync(join(HOME, 'scripts/python/requirements.lock'), 'utf8');
    const pinned = [...lock.matchAll(/^([\w.-]+)==([^\s;]+)/gm)].map((match) => [match[1] ?? '', match[2] ?? ''] as const);
    expect(pinned.length).toBeGreaterThan(30);
    expect(missing(python, pinned, 'pypi')).toEqual([]);
  });
});

interface Bill {
  readonly components: readonly { readonly name: string; readonly purl: string }[];
}

function missing(bill: Bill | undefined, pinned: readonly (readonly [string, string])[], kind: string): readonly string[] {
  const there = new Set(bill?.components.map(({ purl }) => decodeURIComponent(purl)));
  return pinned.map(([name, version]) => `pkg:${kind}/${name}@${version}`).filter((purl) => !there.has(purl));
}

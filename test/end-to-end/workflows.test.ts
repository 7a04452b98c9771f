/** GitHub's workflows: as few rights as they need, no key, exact versions, and the same image for int and prod. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { HOME } from '../support/command-line.ts';

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
}

interface Job {
  readonly needs?: string | readonly string[];
  readonly if?: string;
  readonly environment?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly concurrency?: { readonly group: string; readonly 'cancel-in-progress': boolean };
  readonly uses?: string;
  readonly with?: Readonly<Record<string, string>>;
  readonly steps?: readonly Step[];
  readonly 'timeout-minutes'?: number;
}

interface Workflow {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

const FOLDER = join(HOME, '.github/workflows');
const texts = Object.fromEntries(readdirSync(FOLDER).map((name) => [name, readFileSync(join(FOLDER, name), 'utf8')]));
const workflows = Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, parse(text) as Workflow]));
const jobs = Object.entries(workflows).flatMap(([file, { jobs: each }]) =>
  Object.entries(each).map(([name, job]) => ({ file, name, job })),
);
const steps = jobs.flatMap(({ file, name, job }) => (job.steps ?? []).map((step) => ({ file, name, step })));

test('a workflow may read the code and nothing else, but for the jobs that ask Google for an identity', () => {
  for (const [file, { permissions }] of Object.entries(workflows)) expect(permissions, file).toEqual({ contents: 'read' });
  for (const { file, name, job } of jobs) {
    const asks = job.steps?.some(({ uses }) => uses?.startsWith('google-github-actions/auth@')) === true || job.uses !== undefined;
    expect(job.permissions, `${file} ${name}`).toEqual(asks ? { contents: 'read', 'id-token': 'write' } : undefined);
  }
});

test('no workflow holds or is given a key', () => {
  for (const [file, text] of Object.entries(texts))
    expect(text, file).not.toMatch(/secrets\.|credentials_json|pull_request_target|secrets: inherit/);
});

test('every action is named by its full version', () => {
  const used = steps.flatMap(({ step }) => (step.uses === undefined ? [] : [step.uses]));
  expect(used.length).toBeGreaterThan(10);
  expect(used.filter((uses) => !/^[\w-]+\/[\w-]+@v\d+\.\d+\.\d+$/.test(uses))).toEqual([]);
});

test('every job ends in time, and no deployment is broken off by another', () => {
  for (const { file, name, job } of jobs)
    if (job.uses === undefined) expect(job['timeout-minutes'], `${file} ${name}`).toBeLessThanOrEqual(90);
  expect(workflows['deploy.yml']?.jobs['deploy']?.concurrency).toEqual({
    group: 'deploy-${{ inputs.environment }}',
    'cancel-in-progress': false,
  });
});

test('what int has been given is what prod is given, after int, with the approval of its environment', () => {
  const { int, prod } = workflows['deliver.yml']?.jobs ?? {};
  expect(int?.with).toEqual({ environment: 'int', image: '${{ needs.image.outputs.lane }}' });
  expect(prod?.with).toEqual({ environment: 'prod', image: '${{ needs.image.outputs.lane }}' });
  expect(prod?.needs).toEqual(['image', 'int']);
  expect(workflows['deploy.yml']?.jobs['deploy']?.environment).toBe('${{ inputs.environment }}');
  expect(workflows['ci.yml']?.jobs['deliver']).toMatchObject({
    needs: ['check', 'test'],
    if: expect.stringContaining("github.ref == 'refs/heads/main'") as string,
  });
});

test('the namespace of identities is looked at before an image is built and before it is deployed', () => {
  const guard = 'scripts/namespace-guard.sh';
  for (const [file, name, before] of [
    ['ci.yml', 'check', 'make lint'],
    ['deliver.yml', 'image', 'make docker-build'],
    ['deploy.yml', 'deploy', 'scripts/deploy-lane.sh'],
  ] as const) {
    const runs = workflows[file]?.jobs[name]?.steps?.map(({ run }) => run ?? '') ?? [];
    const at = runs.findIndex((run) => run.includes(before));
    expect(at, file).toBeGreaterThan(0);
    expect(
      runs.findIndex((run) => run.includes(guard)),
      file,
    ).toBeLessThan(at);
    expect(
      runs.some((run) => run.includes(guard)),
      file,
    ).toBe(true);
  }
});

test('nothing that others wrote is pasted into the shell', () => {
  for (const { file, name, step } of steps) expect(step.run ?? '', `${file} ${name}`).not.toContain('${{');
});

test('every script and every target of make that a workflow runs is there', () => {
  const makefile = readFileSync(join(HOME, 'Makefile'), 'utf8');
  const commands = steps.map(({ step }) => step.run ?? '').join('\n');
  const targets = [...commands.matchAll(/\bmake ([a-z-]+)/g)].map((match) => match[1] ?? '');
  expect(targets).toContain('docker-build');
  expect(targets.filter((target) => !new RegExp(`^(?:[a-z-]+ )*${target}(?: [a-z-]+)*:`, 'm').test(makefile))).toEqual([]);
  // scripts/terraform.sh comes with terraform/.
  const scripts = [...commands.matchAll(/\bscripts\/[a-z-]+\.sh/g)]
    .map(([path]) => path)
    .filter((path) => path !== 'scripts/terraform.sh' || existsSync(join(HOME, 'terraform')));
  expect(scripts.filter((path) => !existsSync(join(HOME, path)))).toEqual([]);
});

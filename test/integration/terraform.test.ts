/** All of terraform/ against the schema of the google provider, its tests and its linter: what `make terraform-check` runs. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { programOf, serverOrSkip } from '../servers/server-tool.ts';
import { TERRAFORM, TERRAFORM_GOOGLE_SCHEMA, TFLINT } from '../servers/terraform.ts';
import { HOME } from '../support/command-line.ts';

serverOrSkip([TERRAFORM, TERRAFORM_GOOGLE_SCHEMA, TFLINT], 'Terraform against the provider’s schema', () => {
  test('is well formed, passes its tests for both environments, and satisfies the linter', () => {
    const { status, stdout, stderr } = spawnSync(join(HOME, 'scripts', 'terraform.sh'), ['check'], { encoding: 'utf8', cwd: HOME });
    expect(status, `${stdout}${stderr}`).toBe(0);
    expect(stdout).toContain('format, schema, tests and linter are content');
    const passed = [...stdout.matchAll(/Success! (\d+) passed, 0 failed/g)].map((match) => Number(match[1]));
    expect(passed.filter((count) => count > 0).length).toBeGreaterThanOrEqual(9);
  });

  test('an argument that the provider does not know is found', () => {
    const folder = mkdtempSync(join(tmpdir(), 'terraform-'));
    try {
      cpSync(join(HOME, 'terraform', 'modules', 'secrets'), folder, { recursive: true });
      const path = join(folder, 'main.tf');
      writeFileSync(path, readFileSync(path, 'utf8').replace('version_destroy_ttl', 'version_destroy_after'));
      const env = { PATH: process.env['PATH'], TF_CLI_CONFIG_FILE: programOf(TERRAFORM_GOOGLE_SCHEMA) };
      const terraform = (...words: readonly string[]) => spawnSync('terraform', words, { cwd: folder, encoding: 'utf8', env });
      expect(terraform('init', '-backend=false', '-input=false', '-no-color').status).toBe(0);
      const { status, stderr } = terraform('validate', '-no-color');
      expect(status).toBe(1);
      expect(stderr).toContain('An argument named "version_destroy_after" is not expected here.');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

serverOrSkip(TERRAFORM, 'scripts/terraform.sh', () => {
  test.each([
    [['apply'], 'expected int or prod'],
    [['apply', 'staging'], 'expected int or prod, found staging'],
    [['apply', 'prod'], 'expected PROMOTE=yes for prod'],
    [['apply', 'int'], 'expected a terminal to ask on, or -auto-approve; nothing was changed'],
  ])('%j changes nothing and says why', (words, message) => {
    const env = { PATH: process.env['PATH'] };
    const { status, stderr } = spawnSync(join(HOME, 'scripts', 'terraform.sh'), words, { encoding: 'utf8', cwd: HOME, env, input: '' });
    expect(stderr).toContain(message);
    expect(status).toBe(64);
  });
});

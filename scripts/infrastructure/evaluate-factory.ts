/**
 * The outputs of terraform/modules/factory for a folder of specs. The module needs no provider, so Terraform itself evaluates it
 * offline, in a copy of the module that is removed afterwards; nothing is made anywhere.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';

export interface Grant {
  readonly scope: string;
  readonly target: string;
  readonly account: string;
  readonly role: string;
}

export interface FactorySource {
  readonly file: string;
  readonly type: string;
  readonly enabled: boolean;
  readonly owner: string;
  readonly description: string;
  readonly path_pattern: string | null;
  readonly classifications: readonly string[];
}

export interface FactoryOutputs {
  readonly sources: Readonly<Record<string, FactorySource>>;
  readonly resources_by_source: Readonly<Record<string, readonly string[]>>;
  readonly buckets: Readonly<
    Record<
      string,
      { readonly name: string; readonly retention_days: number | null; readonly delete_rules: readonly { readonly age_days: number }[] }
    >
  >;
  readonly datasets: Readonly<Record<string, { readonly dataset_id: string }>>;
  readonly accounts: Readonly<Record<string, { readonly id: string; readonly description: string }>>;
  readonly grants: Readonly<Record<string, Grant>>;
  /** Key of a grant on a bucket -> the names that it holds for begin with this. */
  readonly grant_prefixes: Readonly<Record<string, string>>;
  /** Way into the reporter -> audience of the tokens of its callers. */
  readonly reporter_audiences: Readonly<Record<string, string>>;
}

export interface FactoryOptions {
  /** The project's folder. */
  readonly home: string;
  readonly specsFolder: string;
  readonly environment: 'int' | 'prod';
  /** `reported_sources` and `reporter_secrets` of the root; none where they are left out. */
  readonly reporter?: { readonly sources: readonly string[]; readonly secrets: readonly string[] };
}

/** The defaults of terraform/variables.tf. */
export const SHIPPED_REPORTER = {
  sources: ['trade_events'],
  secrets: ['arm-certificate', 'arm-key', 'apa-certificate', 'apa-key', 'trace-certificate', 'trace-key'],
} as const;

const TERRAFORM_MS_MAX = 120_000;

/** Throws with Terraform's own words where the specs are refused. */
export function evaluateFactory({ home, specsFolder, environment, reporter }: FactoryOptions): FactoryOutputs {
  const folder = mkdtempSync(join(tmpdir(), 'factory-'));
  try {
    cpSync(join(home, 'terraform', 'modules', 'factory'), folder, { recursive: true });
    const terraform = (words: readonly string[]): string =>
      execFileSync('terraform', words, {
        cwd: folder,
        encoding: 'utf8',
        timeout: TERRAFORM_MS_MAX,
        stdio: ['ignore', 'pipe', 'pipe'],
        // A machine may name a configuration file that is not there, and options for every call.
        env: { PATH: process.env['PATH'], TF_CLI_CONFIG_FILE: '/dev/null' },
      });
    terraform(['init', '-backend=false', '-input=false', '-no-color']);
    const lists = { reported_sources: JSON.stringify(reporter?.sources ?? []), reporter_secrets: JSON.stringify(reporter?.secrets ?? []) };
    const values = { specs_folder: resolve(specsFolder), name: 'markets', environment, ...lists };
    const variables = Object.entries(values).map(([name, value]) => `-var=${name}=${value}`);
    terraform(['apply', '-auto-approve', '-input=false', '-no-color', ...variables]);
    const outputs = JSON.parse(terraform(['output', '-json', '-no-color'])) as Readonly<Record<string, { readonly value: unknown }>>;
    return Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value])) as unknown as FactoryOutputs;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
